// PayPal's own SDK against the simulator at the address given: it asks in its way and reads the answers strictly. What PayPal
// signs is checked, and signed anew, with Node's own cryptography. Reads a notification from stdin, writes JSON.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Client, Environment, OrdersController, PaymentsController, SubscriptionsController, TransactionSearchController } =
  require('@paypal/paypal-server-sdk');
const [base] = process.argv.slice(2);
const notification = JSON.parse(fs.readFileSync(0, 'utf8'));
const webhook = 'SIMULATEDWEBHOOK1';

// The SDK knows two addresses only; what it sends there goes to the simulator unchanged.
async function adapter(config) {
  const url = config.url.replace('https://api-m.sandbox.paypal.com', base);
  const auth = config.auth && { Authorization: `Basic ${btoa(`${config.auth.username}:${config.auth.password}`)}` };
  const body = config.method.toUpperCase() === 'GET' ? undefined : config.data;
  const response = await fetch(url, { method: config.method.toUpperCase(), headers: { ...config.headers, ...auth }, body });
  return { data: await response.text(), status: response.status, statusText: '', headers: Object.fromEntries(response.headers), config, request: {} };
}

const client = new Client({
  clientCredentialsAuthCredentials: { oAuthClientId: 'SIMULATOR-CLIENT-ID', oAuthClientSecret: 'SIMULATOR-SECRET' },
  environment: Environment.Sandbox,
  unstable_httpClientOptions: { adapter },
});
const orders = new OrdersController(client);
const payments = new PaymentsController(client);
const subscriptions = new SubscriptionsController(client);
const reports = new TransactionSearchController(client);
const buyer = (deed, number) =>
  fetch(`${base}/deeds`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ deed, number, fate: 'at-once' }) });
const addresses = { returnUrl: 'https://site.example/back', cancelUrl: 'https://site.example/off' };

// Bought once.
const amount = { currencyCode: 'USD', value: '42.00' };
const wanted = {
  paypalRequestId: 'sdk-order',
  prefer: 'return=representation',
  body: {
    intent: 'CAPTURE',
    purchaseUnits: [{ referenceId: 'default', customId: 'of-the-sdk', amount }],
    paymentSource: { paypal: { experienceContext: addresses } },
  },
};
const order = (await orders.createOrder(wanted)).result;
assert.equal((await orders.createOrder(wanted)).result.id, order.id);
assert.equal(order.status, 'PAYER_ACTION_REQUIRED');
assert.ok(order.links.some((link) => link.rel === 'payer-action'));
await assert.rejects(orders.captureOrder({ id: order.id }), (error) => error.statusCode === 422 && error.result.details[0].issue === 'ORDER_NOT_APPROVED');
await buyer('pay', order.id);
assert.equal((await orders.getOrder({ id: order.id })).result.status, 'APPROVED');
const captured = (await orders.captureOrder({ id: order.id, paypalRequestId: 'sdk-capture' })).result;
const [capture] = captured.purchaseUnits[0].payments.captures;
assert.equal(capture.status, 'COMPLETED');
const { grossAmount, paypalFee, netAmount } = capture.sellerReceivableBreakdown;
assert.deepEqual([grossAmount.value, paypalFee.value, netAmount.value], ['42.00', '1.95', '40.05']);

// Given back in part.
const refund = (
  await payments.refundCapturedPayment({
    captureId: capture.id, paypalRequestId: 'sdk-refund', prefer: 'return=representation', body: { amount: { currencyCode: 'USD', value: '2.00' } },
  })
).result;
assert.equal(refund.status, 'COMPLETED');
assert.equal((await payments.getCapturedPayment({ captureId: capture.id })).result.status, 'PARTIALLY_REFUNDED');
assert.equal((await payments.getRefund({ refundId: refund.id })).result.amount.value, '2.00');

// Renewing, with the product our client made.
const plan = (
  await subscriptions.createBillingPlan({
    paypalRequestId: 'sdk-plan',
    prefer: 'return=representation',
    body: {
      productId: 'STOA-MEMBERSHIP',
      name: 'Of the SDK',
      billingCycles: [
        {
          frequency: { intervalUnit: 'MONTH', intervalCount: 1 }, tenureType: 'REGULAR', sequence: 1, totalCycles: 0,
          pricingScheme: { fixedPrice: { currencyCode: 'USD', value: '5.00' } },
        },
      ],
      paymentPreferences: { autoBillOutstanding: false },
    },
  })
).result;
const listed = (await subscriptions.listBillingPlans({ productId: 'STOA-MEMBERSHIP', pageSize: 20, page: 1 })).result;
assert.ok(listed.plans.some((found) => found.id === plan.id));
const subscription = (
  await subscriptions.createSubscription({
    paypalRequestId: 'sdk-subscription', body: { planId: plan.id, applicationContext: { userAction: 'CONTINUE', ...addresses } },
  })
).result;
assert.ok(subscription.links.some((link) => link.rel === 'approve'));
await buyer('pay', subscription.id);
await subscriptions.activateSubscription({ id: subscription.id, body: { reason: 'begin' } });
const running = (await subscriptions.getSubscription({ id: subscription.id })).result;
assert.equal(running.status, 'ACTIVE');
const [begin, end] = [new Date(Date.parse(running.startTime) - 864e5), new Date(Date.parse(running.startTime) + 864e5)].map((at) => at.toISOString());
const charges = (await subscriptions.listSubscriptionTransactions({ id: subscription.id, startTime: begin, endTime: end })).result;
assert.deepEqual(charges.transactions.map((charge) => [charge.status, charge.amountWithBreakdown.grossAmount.value]), [['COMPLETED', '5.00']]);
await subscriptions.suspendSubscription({ id: subscription.id, body: { reason: 'pause' } });
await subscriptions.cancelSubscription({ id: subscription.id, body: { reason: 'enough' } });
const found = (await reports.searchTransactions({ startDate: begin, endDate: end })).result;
const codes = found.transactionDetails.map((detail) => detail.transactionInfo.transactionEventCode);
assert.deepEqual(codes.sort(), ['T0002', 'T0006', 'T1107']);

// A notification of the simulator, checked as PayPal's documents say.
const crc32 = (bytes) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
};
const message = (id, time, body) => `${id}|${time}|${webhook}|${crc32(Buffer.from(body))}`;
const { headers, body } = notification;
const pem = await (await fetch(headers['PayPal-Cert-Url'])).text();
const [leaf, between] = pem.split(/(?=-----BEGIN)/).map((text) => new crypto.X509Certificate(text));
assert.ok(leaf.verify(between.publicKey) && leaf.checkHost('messageverificationcerts.paypal.com'));
const signed = message(headers['PayPal-Transmission-Id'], headers['PayPal-Transmission-Time'], body);
assert.ok(crypto.verify('RSA-SHA256', Buffer.from(signed), leaf.publicKey, Buffer.from(headers['PayPal-Transmission-Sig'], 'base64')));

// And one made here, which the client has to believe.
const made = JSON.stringify({ id: 'WH-OF-NODE', event_type: 'CHECKOUT.ORDER.COMPLETED', summary: '学廊 — ünïcode', resource: { id: order.id } });
const key = fs.readFileSync(new URL('../../src/simulators/paypal/keys/signing.key.pem', import.meta.url));
const time = headers['PayPal-Transmission-Time'];
const signature = crypto.sign('RSA-SHA256', Buffer.from(message('of-node', time, made)), key).toString('base64');
console.log(
  JSON.stringify({
    body: made,
    headers: { ...headers, 'PayPal-Transmission-Id': 'of-node', 'PayPal-Transmission-Sig': signature },
  }),
);
