// The other end of Alipay, which was not written here: the official npm package alipay-sdk calls the simulator, checks what
// it and our client sign, and believes a notification that our client has to believe. Reads one JSON object from the standard
// input and writes one to the standard output; fails by throwing.
import assert from "node:assert/strict";
import { createPublicKey, createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { AlipaySdk } from "alipay-sdk";

const { baseUrl, keys, notification, paid, call: sent, address: opened } = JSON.parse(readFileSync(0, "utf8"));
const sdk = new AlipaySdk({
  appId: keys.app_id,
  privateKey: keys.private_key,
  keyType: "PKCS8",
  alipayPublicKey: keys.alipay_public_key,
  gateway: keys.base_url,
});
const lines = (fields) => Object.keys(fields).sort().map((name) => `${name}=${fields[name]}`).join("&");
const call = (method, bizContent) => sdk.exec(method, { bizContent }, { validateSign: true });

// It signs an address for the buyer, the simulator accepts it.
const address = sdk.pageExec("alipay.trade.page.pay", "GET", {
  notify_url: "https://site.example/webhooks/alipay",
  return_url: "https://site.example/",
  bizContent: {
    out_trade_no: "abcdefabcdefabcdefabcdefabcdefab",
    product_code: "FAST_INSTANT_TRADE_PAY",
    total_amount: "12.34",
    subject: "学廊 sdk + 100%",
  },
});
const page = await (await fetch(address)).text();
assert.match(page, /12\.34/);

// It calls, and verifies each answer.
const trade = await call("alipay.trade.query", { out_trade_no: paid });
assert.equal(trade.code, "10000");
assert.equal(trade.tradeStatus, "TRADE_SUCCESS");
assert.equal(trade.totalAmount, "99.00");
const refund = await call("alipay.trade.refund", { trade_no: trade.tradeNo, out_request_no: "sdk1", refund_amount: "9.00", refund_reason: "试" });
assert.equal(refund.fundChange, "Y");
const again = await call("alipay.trade.refund", { trade_no: trade.tradeNo, out_request_no: "sdk1", refund_amount: "9.00" });
assert.equal(again.fundChange, "N");
const refunded = await call("alipay.trade.fastpay.refund.query", { trade_no: trade.tradeNo, out_request_no: "sdk1" });
assert.equal(refunded.refundStatus, "REFUND_SUCCESS");
const unknown = await call("alipay.trade.query", { out_trade_no: "0".repeat(32) });
assert.equal(unknown.subCode, "ACQ.TRADE_NOT_EXIST");
const closed = await call("alipay.trade.close", { out_trade_no: paid });
assert.equal(closed.subCode, "ACQ.REASON_TRADE_STATUS_INVALID");

// A notification of the simulator.
const fields = Object.fromEntries(new URLSearchParams(notification));
assert.ok(sdk.checkNotifySignV2(fields));
assert.ok(!sdk.checkNotifySignV2({ ...fields, total_amount: "0.01" }));
assert.equal(fields.out_trade_no, paid);

// What our client sends, checked with the public key of its own: here the SDK stands where Alipay does. Of a request the type of
// the signature is signed as well.
const alipay = new AlipaySdk({
  appId: keys.app_id,
  privateKey: keys.private_key,
  keyType: "PKCS8",
  alipayPublicKey: createPublicKey(keys.private_key).export({ type: "spki", format: "pem" }).trim(),
});
const parameters = (target, body) => Object.fromEntries([...new URL(target, baseUrl).searchParams, ...new URLSearchParams(body)]);
assert.equal(sent.method, "POST");
for (const [method, told] of [
  ["alipay.trade.query", parameters(sent.target, sent.body)],
  ["alipay.trade.page.pay", parameters(opened, "")],
]) {
  assert.equal(told.method, method);
  assert.ok(alipay.checkNotifySignV2(told), method);
  assert.ok(!alipay.checkNotifySignV2({ ...told, biz_content: "{}" }), method);
  const { sign, sign_type: type, ...rest } = told;
  assert.ok(!alipay.rsaCheck(lines(rest), sign, type), method);
}

// A notification for our client to believe, which the SDK believes as well.
const made = { ...fields, notify_id: "2026112200222000000000000001", subject: "a b+c&d=e%" };
delete made.sign;
delete made.sign_type;
const key = readFileSync(new URL("../../src/simulators/alipay/keys/alipay_key.pem", import.meta.url));
made.sign = createSign("RSA-SHA256").update(lines(made), "utf8").sign(key, "base64");
made.sign_type = "RSA2";
assert.ok(sdk.checkNotifySignV2(made));
assert.ok(baseUrl);
process.stdout.write(JSON.stringify({ notification: new URLSearchParams(made).toString() }));
