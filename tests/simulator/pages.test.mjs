// The simulator's pages in Chromium: with JavaScript and without, on a desktop and a phone, in both
// colour schemes; a person buys, is declined, pays an invoice and moves the clock.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startBrowser } from '../e2e/browser.mjs';
import { checkAccessibility, checkReflow } from '../e2e/checks.mjs';
import { Simulator, listen } from './simulator.mjs';

let simulator;
let stripe;
let browser;
let product;  // stands for the product that a checkout leads back to

before(async () => {
  simulator = await Simulator.start();
  stripe = simulator.client();
  browser = await startBrowser();
  product = await listen();
});

after(async () => {
  await browser.stop();
  await simulator.stop();
  product.close();
});

async function newCustomer(name, card) {
  const customer = await stripe.customers.create({ name, email: 'ada@example.com' });
  if (!card) return customer;
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

async function newPrice(amount = 4900) {
  return stripe.prices.create({
    currency: 'usd', unit_amount: amount, recurring: { interval: 'month' }, product_data: { name: 'Pro' },
  });
}

async function newSession(more = {}) {
  const customer = await newCustomer('Acme');
  const price = await newPrice();
  return stripe.checkout.sessions.create({
    mode: 'subscription', customer: customer.id, line_items: [{ price: price.id, quantity: 1 }],
    success_url: product.url.replace('/hook', '/return?session={CHECKOUT_SESSION_ID}'),
    cancel_url: product.url.replace('/hook', '/plans'), ...more,
  });
}

async function pastDue(name) {
  const customer = await newCustomer(name, 'pm_card_visa');
  const price = await newPrice();
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  await simulator.control(`customers/${customer.id}/fail_card`);
  await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
  return stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice', 'customer'] });
}

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with JavaScript' : 'without JavaScript';

  test(`a typed card is declined, another one pays and leads back, ${how}`, async (t) => {
    const session = await newSession();
    const page = await browser.page(t, { javaScript });
    await page.goto(session.url);
    await page.getByRole('button', { name: 'Pay $49.00' }).click();
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    await page.getByLabel('Card number').fill('4000 0000 0000 0002');
    await page.getByLabel('Expires').fill('12 / 34');
    await page.getByLabel('Security code').fill('123');
    await page.getByRole('button', { name: 'Pay $49.00' }).click();
    await page.getByRole('link', { name: 'Your card was declined.' }).waitFor();
    assert.equal(await page.getByLabel('Card number').inputValue(), '4000 0000 0000 0002');
    await page.getByLabel('Card number').fill('4242 4242 4242 4242');
    await page.getByRole('button', { name: 'Pay $49.00' }).click();
    await page.waitForURL(`**/return?session=${session.id}`);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  });

  test(`a test card is one click, ${how}`, async (t) => {
    const session = await newSession({ subscription_data: { trial_period_days: 14 } });
    const page = await browser.page(t, { javaScript });
    await page.goto(session.url);
    await page.getByText('Free until').waitFor();
    await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
    await page.waitForURL('**/return?session=*');
  });

  test(`from a failed card to a paid invoice by the dashboard alone, ${how}`, async (t) => {
    const name = `Globex ${how}`;
    const customer = await newCustomer(name, 'pm_card_visa');
    const price = await newPrice();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const page = await browser.page(t, { javaScript });
    await page.goto(simulator.url);
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('button', { name: "Fail this customer's card" }).click();
    await page.getByText('Declines').waitFor();
    await page.getByRole('button', { name: '30 days' }).click();
    await page.getByRole('button', { name: '1 day', exact: true }).click();
    await page.getByRole('button', { name: '1 day', exact: true }).click();
    await page.getByText('Past due').first().waitFor();
    await page.getByRole('row').filter({ hasText: 'Open' }).getByRole('link').click();
    await page.getByRole('button', { name: '5555 5555 5555 4444' }).click();
    await page.getByText('Paid', { exact: true }).waitFor();
    await page.goto(`${simulator.url}/customers/${customer.id}`);
    await page.getByText('Active', { exact: true }).first().waitFor();
    await page.getByText('Mastercard ending in 4444').first().waitFor();
  });
}

test('what shall go wrong is said on a page, without JavaScript', async (t) => {
  const page = await browser.page(t, { javaScript: false });
  await page.goto(`${simulator.url}/_sim/ui`);
  await page.getByRole('link', { name: 'What goes wrong' }).click();
  await page.getByLabel('Send every n-th twice').fill('3');
  await page.getByLabel('Hold all').check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Planned').waitFor();
  const plan = await simulator.control('webhooks/plan', {}, 'GET');
  assert.deepEqual([plan.duplicate_every, plan.hold], [3, true]);
  await page.getByRole('button', { name: 'Release in reverse' }).click();
  await page.getByRole('button', { name: 'Everything as usual' }).click();
  assert.equal((await simulator.control('webhooks/plan', {}, 'GET')).duplicate_every, 0);
  await page.getByLabel('Path').fill('/v1/customers');
  await page.getByLabel('Fault').selectOption('rate_limit');
  await page.getByRole('button', { name: 'Add fault' }).click();
  await page.getByRole('row').filter({ hasText: '429' }).waitFor();
  await assert.rejects(stripe.customers.list(), { statusCode: 429 });
  await page.reload();
  await page.getByText('No faults are waiting').waitFor();

  const customer = await newCustomer('Disputing', 'pm_card_visa');
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: (await newPrice()).id }] });
  await page.goto(`${simulator.url}/customers/${customer.id}`);
  await page.getByRole('button', { name: 'Dispute the newest payment' }).click();
  await page.getByRole('button', { name: 'Won' }).click();
  await page.getByText('Decided').waitFor();
  assert.equal((await stripe.disputes.list({ limit: 1 })).data[0].status, 'won');
});

test('in the portal a person changes the plan, cancels it and keeps it', async (t) => {
  const customer = await newCustomer('Umbrella', 'pm_card_visa');
  const [small, big] = [await newPrice(), await newPrice(9900)];
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] });
  const { url } = await stripe.billingPortal.sessions.create({ customer: customer.id });
  const page = await browser.page(t, { javaScript: false });
  await page.goto(url);
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.locator(`input[value="${big.id}"]`).check();
  await page.getByLabel('Quantity').fill('2');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Due today: $149.00').waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('2 × Pro, $99.00 a month').waitFor();
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByLabel('Too expensive').check();
  await page.getByRole('button', { name: 'Cancel subscription' }).click();
  await page.getByRole('button', { name: 'Keep plan' }).click();
  await page.getByRole('link', { name: 'Cancel plan' }).waitFor();
  const kept = await stripe.subscriptions.retrieve(subscription.id);
  assert.equal(kept.cancel_at, null);
  assert.equal(kept.items.data[0].quantity, 2);
});

test('cancelling goes back to the product', async (t) => {
  const session = await newSession();
  const page = await browser.page(t);
  await page.goto(session.url);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL('**/plans');
});

for (const scheme of ['light', 'dark']) {
  for (const device of ['desktop', 'phone']) {
    test(`every page is accessible and fits, ${scheme}, ${device}`, async (t) => {
      const subscription = await pastDue(`Initech ${scheme} ${device}`);
      const session = await newSession();
      const coded = await newSession({ allow_promotion_codes: true });
      const portal = await stripe.billingPortal.sessions.create({ customer: subscription.customer.id });
      const portalPath = new URL(portal.url).pathname;
      const asking = await newCustomer('Asking', 'pm_card_authenticationRequired');
      const waiting = await stripe.subscriptions.create({
        customer: asking.id, items: [{ price: (await newPrice()).id }], expand: ['latest_invoice.payments'],
      });
      const { payment_intent: intent } = waiting.latest_invoice.payments.data[0].payment;
      const page = await browser.page(t, { scheme, device });
      const paths = ['/', `/customers/${subscription.customer.id}`, '/webhooks', '/chaos', '/nothing', `/authenticate/${intent}`,
        new URL(waiting.latest_invoice.hosted_invoice_url).pathname,
        new URL(session.url).pathname, new URL(coded.url).pathname, portalPath, `${portalPath}/card`,
        `${portalPath}/${subscription.id}/cancel`, `${portalPath}/${subscription.id}/update`, new URL(subscription.latest_invoice.hosted_invoice_url).pathname];
      for (const path of paths) {
        await page.goto(simulator.url + path);
        await page.getByText('This is not Stripe.').waitFor();
        await checkReflow(page);
        await checkAccessibility(page);
      }
      await page.goto(session.url);
      await page.getByRole('button', { name: 'Pay $49.00' }).click();
      await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
      await checkAccessibility(page);
    });
  }
}
