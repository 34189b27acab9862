// Stripe's official SDK as the other end: `walk BASE KEY` calls the simulator as a shop would; `events AT SECRET` verifies
// the simulator's events given on standard input, and signs them anew for the client to believe.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Stripe from "stripe";

const [what, ...given] = process.argv.slice(2);
const ours = "0123456789abcdef0123456789abcdef";

function reach(base, key) {
  const { hostname, port } = new URL(base);
  return new Stripe(key, { host: hostname, port, protocol: "http", telemetry: false, maxNetworkRetries: 0 });
}

async function press(base, number, deed) {
  const done = await fetch(`${base}/deeds`, { method: "POST", body: new URLSearchParams({ number, deed }), redirect: "manual" });
  assert.equal(done.status, 303, await done.text());
}

const once = {
  mode: "payment",
  line_items: [{ quantity: 1, price_data: { currency: "jpy", unit_amount: 500, product_data: { name: "文章 & more" } } }],
  client_reference_id: ours,
  metadata: { stoa_checkout: ours },
  payment_intent_data: { metadata: { stoa_checkout: ours } },
  success_url: "https://site.example/back?s={CHECKOUT_SESSION_ID}",
  cancel_url: "https://site.example/no",
};

const renewing = {
  mode: "subscription",
  line_items: [
    { quantity: 1, price_data: { currency: "usd", unit_amount: 900, product_data: { name: "Member" }, recurring: { interval: "month" } } },
  ],
  subscription_data: { metadata: { stoa_checkout: ours } },
  success_url: "https://site.example/back",
};

async function walk(base, key) {
  const stripe = reach(base, key);
  assert.equal((await stripe.accounts.retrieveCurrent()).object, "account");
  assert.equal((await stripe.balance.retrieve()).livemode, false);

  // One payment.
  const idempotencyKey = "walk-1";
  const session = await stripe.checkout.sessions.create(once, { idempotencyKey });
  assert.equal((await stripe.checkout.sessions.create(once, { idempotencyKey })).id, session.id);
  const changed = { ...once, client_reference_id: "other" };
  await assert.rejects(stripe.checkout.sessions.create(changed, { idempotencyKey }), Stripe.errors.StripeIdempotencyError);
  assert.deepEqual([session.object, session.status, session.amount_total], ["checkout.session", "open", 500]);
  assert.equal(session.url, `${base}/c/pay/${session.id}`);
  await press(base, session.id, "pay");
  const expand = ["payment_intent.latest_charge.balance_transaction"];
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand });
  assert.equal(paid.payment_status, "paid");
  const intent = paid.payment_intent;
  assert.equal(intent.metadata.stoa_checkout, ours);
  assert.equal(intent.latest_charge.balance_transaction.net, 500 - intent.latest_charge.balance_transaction.fee);

  // Refunds, more of them than a page holds, and a dispute.
  for (const amount of [1, 2, 3]) await stripe.refunds.create({ payment_intent: intent.id, amount, metadata: { stoa_refund: ours } });
  const refunds = [];
  for await (const refund of stripe.refunds.list({ payment_intent: intent.id, limit: 2 })) refunds.push(refund.amount);
  assert.deepEqual(refunds, [3, 2, 1]);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 495 }), Stripe.errors.StripeInvalidRequestError);
  await press(base, intent.id, "dispute");
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
  assert.deepEqual([dispute.status, dispute.balance_transactions[0].fee], ["needs_response", 1500]);
  const lines = await stripe.balanceTransactions.list({ expand: ["data.source"] });
  assert.deepEqual(lines.data.map((line) => line.type), ["adjustment", "refund", "refund", "refund", "charge"]);

  // A subscription.
  const begun = await stripe.checkout.sessions.create(renewing);
  await press(base, begun.id, "pay");
  const { subscription: number } = await stripe.checkout.sessions.retrieve(begun.id);
  const subscription = await stripe.subscriptions.retrieve(number, { expand: ["default_payment_method", "latest_invoice.payments"] });
  const [item] = subscription.items.data;
  assert.deepEqual([subscription.status, item.price.recurring.interval], ["active", "month"]);
  assert.ok(item.current_period_end > item.current_period_start);
  assert.equal(subscription.default_payment_method.card.last4, "4242");
  const invoice = subscription.latest_invoice;
  assert.equal(invoice.parent.subscription_details.subscription, number);
  const charged = invoice.payments.data[0].payment.payment_intent;
  const made = await stripe.invoicePayments.list({ payment: { type: "payment_intent", payment_intent: charged }, expand: ["data.invoice"] });
  assert.equal(made.data[0].invoice.id, invoice.id);
  assert.equal((await stripe.invoices.list({ subscription: number })).data.length, 1);
  assert.equal((await stripe.subscriptions.update(number, { cancel_at_period_end: true })).cancel_at_period_end, true);
  assert.equal((await stripe.subscriptions.update(number, { cancel_at_period_end: false })).cancel_at, null);
  assert.equal((await stripe.subscriptions.update(number, { pause_collection: { behavior: "void" } })).pause_collection.behavior, "void");
  assert.equal((await stripe.subscriptions.update(number, { pause_collection: "" })).pause_collection, null);
  const recurring = { interval: "month", interval_count: 1 };
  const price_data = { currency: "usd", product: item.price.product, unit_amount: 1200, recurring };
  const repriced = await stripe.subscriptions.update(number, { items: [{ id: item.id, price_data }], proration_behavior: "none" });
  assert.equal(repriced.items.data[0].price.unit_amount, 1200);
  const portal = await stripe.billingPortal.sessions.create({ customer: subscription.customer, return_url: "https://site.example/" });
  assert.equal((await fetch(portal.url)).status, 200);
  assert.equal((await stripe.subscriptions.cancel(number)).status, "canceled");

  // Refusals.
  const gone = { ...once, payment_method_types: ["card"] };
  await assert.rejects(stripe.checkout.sessions.create(gone), { code: "parameter_unknown", param: "payment_method_types[0]" });
  await assert.rejects(stripe.checkout.sessions.retrieve("cs_none"), { code: "resource_missing", statusCode: 404 });
  await assert.rejects(stripe.checkout.sessions.create({ mode: "payment" }), { code: "parameter_missing" });
  const other = await stripe.checkout.sessions.create(once);
  assert.equal((await stripe.checkout.sessions.expire(other.id)).status, "expired");
  await assert.rejects(stripe.checkout.sessions.expire(other.id), Stripe.errors.StripeInvalidRequestError);
  await assert.rejects(reach(base, "sk_test_wrong").balance.retrieve(), Stripe.errors.StripeAuthenticationError);
  return "walked";
}

function events(at, secret) {
  const receivedAt = Number(at);
  const stripe = new Stripe("sk_test_unused");
  const [verifier, version] = [stripe.webhooks, stripe.getApiField("version")];
  const signed = JSON.parse(readFileSync(0, "utf8")).map(({ signature, body }) => {
    const event = verifier.constructEvent(body, signature, secret, 300, undefined, receivedAt);
    assert.equal(event.object, "event");
    assert.equal(event.api_version, version);
    assert.throws(() => verifier.constructEvent(`${body} `, signature, secret, 300, undefined, receivedAt));
    const anew = verifier.generateTestHeaderString({ payload: body, secret, timestamp: receivedAt / 1000 });
    return { signature: anew, body };
  });
  return JSON.stringify(signed);
}

console.log(what === "walk" ? await walk(...given) : events(...given));
