// Waiting for a payment.
//
//   <section data-live="paying" data-status="/orders/…/status">    asks there every few seconds, and goes where it says
//   <div data-live="bridge" data-parameters="{…}" data-paid="/…">  has a hidden button, which WeChat's own browser answers

import "./countdown.js";

const EVERY = 5000;

const code = document.querySelector("[data-live=paying]");
if (code) {
  let timer;
  const look = async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(code.dataset.status, { headers: { accept: "application/json" } });
      const { to } = answer.ok ? await answer.json() : {};
      if (to) return location.replace(to);
    } catch {
      // No network just now: it is asked again.
    }
    timer = setTimeout(look, EVERY);
  };
  timer = setTimeout(look, EVERY);
  // Back from the app it was paid with: at once. While the page is not seen nobody waits.
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
}

const bridge = document.querySelector("[data-live=bridge]");
if (bridge) {
  const [sentence, button] = [bridge.querySelector("p"), bridge.querySelector("button")];
  const begin = () => {
    sentence.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => {
      WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(bridge.dataset.parameters), (answer) => {
        // Whether it is paid is what WeChat tells the site, not what it says here.
        if (answer.err_msg === "get_brand_wcpay_request:ok") location.replace(bridge.dataset.paid);
      });
    });
  };
  if (typeof WeixinJSBridge === "undefined") document.addEventListener("WeixinJSBridgeReady", begin, { once: true });
  else begin();
}
