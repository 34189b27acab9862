// The other end of WeChat Pay, which was not written here: npm's wechatpay-axios-plugin calls the simulator, checks what the
// simulator and our client sign, and signs a notification that our client has to believe. Reads one JSON object from the
// standard input and writes one to the standard output; fails by throwing.
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import sdk from "wechatpay-axios-plugin";

const { Aes, Formatter, Rsa, Wechatpay } = sdk;
const { baseUrl, keys, notification, bridge, calls } = JSON.parse(readFileSync(0, "utf8"));
const file = (name) => readFileSync(new URL(`../../src/simulators/wechat/keys/${name}`, import.meta.url));

const client = (certs, headers) =>
  new Wechatpay({ mchid: keys.mchid, serial: keys.serial_no, privateKey: keys.private_key, certs, baseURL: baseUrl, headers });
const byKey = client({ [keys.public_key_id]: keys.public_key }, { "Wechatpay-Serial": keys.public_key_id, Accept: "application/json" });

// It signs, the simulator accepts; the simulator signs, it verifies every answer.
const order = {
  appid: keys.appid,
  mchid: keys.mchid,
  description: "学廊 sdk",
  out_trade_no: "abcdefabcdefabcdefabcdefabcdefab",
  notify_url: "https://site.example/webhooks/wechat",
  amount: { total: 1234, currency: "CNY" },
};
const { data: placed } = await byKey.v3.pay.transactions.native.post(order);
assert.match(placed.code_url, /^weixin:\/\/wxpay\/bizpayurl\?pr=/);
const transaction = byKey.v3.pay.transactions["out-trade-no"]["{out_trade_no}"];
const params = { mchid: keys.mchid };
const asked = { params, out_trade_no: order.out_trade_no };
assert.equal((await transaction.get(asked)).data.trade_state, "NOTPAY");
const pressed = await fetch(`${baseUrl}/deeds`, {
  method: "POST",
  redirect: "manual",
  body: new URLSearchParams({ deed: "pay", number: order.out_trade_no, fate: "at-once" }),
});
assert.equal(pressed.status, 303);
const { data: paid } = await transaction.get(asked);
assert.equal(paid.trade_state, "SUCCESS");
assert.equal(paid.amount.total, 1234);
const { data: refund } = await byKey.v3.refund.domestic.refunds.post({
  transaction_id: paid.transaction_id,
  out_refund_no: "sdk-refund-1",
  amount: { refund: 234, total: 1234, currency: "CNY" },
});
assert.equal(refund.status, "PROCESSING");
await assert.rejects(transaction.get({ params, out_trade_no: "0".repeat(32) }), (error) => error.response.status === 404);

// Closed with nothing to say, and signed all the same.
const second = { ...order, out_trade_no: "0123456789abcdef0123456789abcdee" };
await byKey.v3.pay.transactions.native.post(second);
const closed = await transaction.close.post({ mchid: keys.mchid }, { out_trade_no: second.out_trade_no });
assert.equal(closed.status, 204);

// The certificates open with the APIv3 key and are the ones that sign.
const certificate = file("certificate1.pem").toString();
const byCertificate = client({ "5F0A1C3E7B9D24688642ACE01357BDF90A0B0C01": certificate });
const { data: certificates } = await byCertificate.v3.certificates.get();
const { ciphertext, nonce, associated_data: aad } = certificates.data[0].encrypt_certificate;
assert.equal(Aes.AesGcm.decrypt(ciphertext, keys.apiv3_key, nonce, aad), certificate);

// A notification of the simulator.
const signed = Object.fromEntries(notification.headers.map(([name, value]) => [name.toLowerCase(), value]));
const message = (stamp, body) => Formatter.response(stamp["wechatpay-timestamp"], stamp["wechatpay-nonce"], body);
assert.equal(signed["wechatpay-serial"], keys.public_key_id);
assert.ok(Rsa.verify(message(signed, notification.body), signed["wechatpay-signature"], Rsa.from(keys.public_key, Rsa.KEY_TYPE_PUBLIC)));
const { resource } = JSON.parse(notification.body);
const noted = JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, keys.apiv3_key, resource.nonce, resource.associated_data));
assert.equal(noted.trade_state, "SUCCESS");

// What our client sends, checked as WeChat would, with the merchant's public key.
const own = createPublicKey(keys.private_key);
assert.deepEqual(calls.map((call) => call.method), ["POST", "GET"]);
for (const call of calls) {
  const [scheme, list] = new Map(call.headers).get("authorization").split(" ");
  assert.equal(scheme, "WECHATPAY2-SHA256-RSA2048");
  const said = Object.fromEntries([...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  assert.deepEqual([said.mchid, said.serial_no], [keys.mchid, keys.serial_no]);
  const signed = (sent) => Formatter.request(call.method, call.target, said.timestamp, said.nonce_str, sent);
  const verifies = (sent) => Rsa.verify(signed(sent), said.signature, own);
  assert.ok(verifies(call.body), call.target);
  assert.ok(!verifies(`${call.body} `), call.target);
}

// What our client hands to WeChat's browser.
const merchant = Rsa.from(keys.private_key, Rsa.KEY_TYPE_PRIVATE);
const lines = Formatter.joinedByLineFeed(bridge.appId, bridge.timeStamp, bridge.nonceStr, bridge.package);
assert.equal(Rsa.sign(lines, merchant), bridge.paySign);

// A notification for our client to believe.
const iv = Formatter.nonce(12);
const body = JSON.stringify({
  id: "EV-2026112212345678901234",
  create_time: "2026-11-22T20:15:00+08:00",
  resource_type: "encrypt-resource",
  event_type: "TRANSACTION.SUCCESS",
  summary: "支付成功",
  resource: {
    original_type: "transaction",
    algorithm: "AEAD_AES_256_GCM",
    associated_data: "transaction",
    nonce: iv,
    ciphertext: Aes.AesGcm.encrypt(JSON.stringify(paid), keys.apiv3_key, iv, "transaction"),
  },
});
const stamp = { "wechatpay-timestamp": String(Formatter.timestamp()), "wechatpay-nonce": Formatter.nonce() };
const signature = Rsa.sign(message(stamp, body), Rsa.from(file("platform_key.pem"), Rsa.KEY_TYPE_PRIVATE));
const headers = { ...stamp, "wechatpay-serial": keys.public_key_id, "wechatpay-signature": signature };
process.stdout.write(JSON.stringify({ headers: Object.entries(headers), body }));
