// Billing details, an invoice as a page, a file and a letter, Stripe's portal, and a new card that pays what
// is open: without a mouse where there is a keyboard's way, which is everywhere.
import assert from 'node:assert/strict';
import { advance, api, eventually, letter } from '../outside.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

export async function invoicesWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('ingrid'));
  const billing = `${freehold.product}/t/${person.slug}/billing`;
  const program = api(freehold, await makeKey(world, page, person, 'admin'));
  await savesDetails(page, billing, person);
  await buysPro(page, billing);
  await advance(freehold, 16);
  await eventually('the first payment', async () => (await program.get('/invoices?status=paid')).body.data.some(({ total }) => total.amount === 4900));

  const number = await readsInvoice(page, billing, program);
  await letter(freehold, `books-of-${person.slug}@example.com`, new RegExp(`^Invoice ${number} is paid$`));
  await visitsPortal(page, billing, freehold);

  await failCard(world, t, options, person);
  await advance(freehold, 32);
  await eventually('the unpaid invoice', async () => (await program.get('/invoices?status=open')).body.data.length === 1);
  await paysWithNewCard(page, billing);
  await eventually('that nothing is open', async () => (await program.get('/invoices?status=open')).body.data.length === 0);
  assert.equal((await program.get('/subscription')).body.access, 'full');
}

// Tab from the element that has the focus, until this one has it.
async function tabTo(page, locator) {
  await locator.waitFor();
  for (let n = 0; n < 60; n += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('the keyboard does not reach it');
}

async function savesDetails(page, billing, person) {
  await page.goto(`${billing}/details`);
  await page.getByLabel('Legal name').focus();
  await page.keyboard.type('Ingrid & Søn 株式会社');
  await page.getByLabel('Country').selectOption('DE');
  await page.getByLabel('Street and number').fill('Lindenstr. 4');
  await page.getByLabel('City').fill('Berlin');
  await page.getByLabel('Kind of tax id').selectOption('eu_vat');
  await page.getByLabel(/^Tax id/).fill('DE12');
  await tabTo(page, page.getByLabel('PO number'));
  await page.keyboard.type('PO-4711');
  await tabTo(page, page.getByLabel('Invoice emails'));
  await page.keyboard.type(`books-of-${person.slug}@example.com`);
  await tabTo(page, page.getByRole('button', { name: 'Save billing details' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
  assert.match(await page.locator('main').innerText(), /one looks like DE123456789/);
  await page.getByLabel(/^Tax id/).fill('de 811 907 980');
  await page.getByRole('button', { name: 'Save billing details' }).click();
  await page.waitForURL(`${billing}/details?done=details`);
  assert.equal(await page.getByLabel(/^Tax id/).inputValue(), 'DE811907980');
}

async function buysPro(page, billing) {
  await page.goto(`${billing}/change?plan=pro&interval=month`);
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
  await page.waitForURL(`${billing}?done=started`);
}

async function readsInvoice(page, billing, program) {
  await page.goto(`${billing}/invoices?status=paid`);
  const link = page.locator('main tbody tr').filter({ hasText: '$49.00' }).locator('th a');
  const number = (await link.innerText()).trim();
  await tabTo(page, link);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `Invoice ${number}` }).waitFor();
  const text = await page.locator('main').innerText();
  for (const said of ['Ingrid & Søn 株式会社', 'EU VAT DE811907980', 'PO-4711', 'Subtotal', '$49.00 paid on'])
    assert.ok(text.includes(said), `${said} in ${text}`);
  const address = await page.getByRole('link', { name: 'Download PDF' }).getAttribute('href');
  const file = await page.request.get(new URL(address, page.url()).href);
  assert.equal(file.headers()['content-type'], 'application/pdf');
  assert.match(file.headers()['content-disposition'], new RegExp(`invoice-${number}.pdf`));
  assert.ok((await file.body()).subarray(0, 5).equals(Buffer.from('%PDF-')));
  const { body } = await program.get(`/invoices/${number}`);
  assert.deepEqual([body.total.amount, body.bill_to.tax_ids[0].value, body.lines.length], [4900, 'DE811907980', 1]);
  return number;
}

async function visitsPortal(page, billing, freehold) {
  await page.goto(`${billing}/details`);
  await page.getByRole('button', { name: 'Payment portal' }).click();
  await page.waitForURL(`${freehold.simulator}/portal/**`);
}

async function failCard(world, t, options, { email }) {
  const page = await world.page(t, options);
  await page.goto(world.freehold.simulator);
  const row = page.locator('tbody tr').filter({ hasText: email }).or(page.locator('tbody tr').filter({ hasText: 'Ingrid & Søn 株式会社' }));
  await row.first().getByRole('button', { name: /^Fail this customer's card/ }).click();
  await row.first().getByText('Declines').waitFor();
}

async function paysWithNewCard(page, billing) {
  await page.goto(`${billing}/card`);
  await page.getByText('is then paid with it at once').waitFor();
  const button = page.getByRole('button', { name: 'Use another card' });
  await tabTo(page, button);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/pay/**');
  await page.getByRole('button', { name: '5555 5555 5555 4444' }).click();
  await page.waitForURL(`${billing}/card?done=card`);
  assert.match(await page.locator('main').innerText(), /Mastercard •••• 4444/);
}
