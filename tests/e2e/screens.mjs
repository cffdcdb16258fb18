// The screens of the product, in the states that they can be in: what is checked in every colour and
// size, and photographed. `as` is who is logged in, `on` the listener; `act` is what a person does on
// the page first. A test holds the list to docs/api/routes.txt: no page may be missing here.
import { enterAs } from './stage.mjs';
import { fillSignUp, nobodyYet } from './walks/newcomer.mjs';

const northwind = '/t/northwind-labs';
const kettle = '/t/copper-kettle';
const lighthouse = '/t/lighthouse-studio';

// Follows a link of the page by its address, where a click would open a dialog.
const follow = (name) => async (page) => {
  const link = page.locator('main').getByRole('link', { name }).first();
  await page.goto(new URL(await link.getAttribute('href'), page.url()).href);
};
// What is clicked leads to another page, which is there when it has loaded, styles and all.
const leadOn = (page, locator) => Promise.all([page.waitForEvent('load'), locator.click()]);
const click = (...names) => async (page) => {
  for (const name of names) await leadOn(page, page.locator('main').getByRole('link', { name }).first());
};
const press = (name) => (page) => leadOn(page, page.locator('main').getByRole('button', { name }).first());
// To the newest invoice, by its number.
const followInvoice = (page) => leadOn(page, page.locator('main tbody th a').first());
const openDialog = (name) => async (page) => {
  await page.locator('main').getByRole('link', { name }).first().click();
  await page.locator('dialog[open]').waitFor();
};

function hosted({ links }) {
  return [
    { name: 'pricing', path: '/pricing' },
    { name: 'reference', path: '/reference' },
    { name: 'reference-operation', path: '/reference/create_usage_events' },
    { name: 'reference-stream', path: '/reference/follow_entitlements' },
    { name: 'errors', path: '/errors' },
    { name: 'error', path: '/errors/limit_reached' },
    { name: 'signup', path: '/signup' },
    { name: 'signup-mistakes', path: '/signup', act: press('Create workspace') },
    { name: 'signup-sent', path: '/signup', act: async (page) => {
      await fillSignUp(page, nobodyYet('vera'));
      await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    } },
    { name: 'verify', path: links.verification },
    { name: 'verify-used', path: links.used },
    { name: 'invitation', path: links.invitation },
    { name: 'invitation-declined', path: `${links.invitation}/decline` },
    { name: 'invitation-unknown', path: '/invite/nothing-of-ours' },
    { name: 'login', path: '/login' },
    { name: 'login-mistakes', path: '/login', act: press('Log in') },
    { name: 'logout', path: '/logout' },
    { name: 'forgot', path: '/forgot' },
    { name: 'forgot-sent', path: '/forgot/sent' },
    { name: 'reset', path: links.reset },
    { name: 'not-found', path: '/nothing-here' },
  ];
}

// Nothing was made yet: what each list says then.
function ofNora({ people: { nora, felix }, links }) {
  const home = `/t/${nora.slug}`;
  return [
    { name: 'select', path: '/select' },
    { name: 'invitation-of-another', path: links.invitation },
    { name: 'home-new', path: home },
    { name: 'start-new', path: `${home}/start` },
    { name: 'documents-none', path: `${home}/documents` },
    { name: 'team-alone', path: `${home}/team` },
    { name: 'invitations-none', path: `${home}/team/invitations` },
    { name: 'keys-none', path: `${home}/developers/keys` },
    { name: 'usage-none', path: `${home}/usage` },
    { name: 'invoices-none', path: `${home}/billing/invoices` },
    { name: 'billing-trial', path: `${home}/billing` },
    { name: 'audit-new', path: `${home}/audit` },
    { name: 'leave', path: `/t/${felix.slug}/team/leave` },
    { name: 'leave-last-owner', path: `${home}/team/leave` },
  ].map((screen) => ({ ...screen, as: 'nora' }));
}

// On Free, with 82 of 100 calls used.
function ofFelix({ people: { felix } }) {
  const home = `/t/${felix.slug}`;
  const fill = async (page, title) => {
    await page.getByLabel('Title').fill(title);
    await leadOn(page, page.getByRole('button', { name: 'Save document' }));
    await page.getByRole('heading', { name: title }).waitFor();
  };
  return [
    { name: 'home-near-limit', path: home },
    { name: 'usage-near-limit', path: `${home}/usage` },
    { name: 'export-not-in-plan', path: `${home}/documents/export` },
    { name: 'plans-on-free', path: `${home}/billing/plans` },
    { name: 'key-created', path: `${home}/developers/keys`, act: async (page) => {
      await page.getByLabel('Name').fill('Nightly import');
      await leadOn(page, page.getByRole('button', { name: 'Create key' }));
      await page.getByRole('heading', { name: 'Your new key' }).waitFor();
    } },
    { name: 'document-deleted', path: `${home}/documents/new`, act: async (page) => {
      await fill(page, 'Minutes of Monday');
      await leadOn(page, page.getByRole('button', { name: 'Delete' }));
      await page.getByText('is deleted').waitFor();
    } },
  ].map((screen) => ({ ...screen, as: 'felix' }));
}

const ofJonas = [
  { name: 'home', path: northwind },
  { name: 'usage', path: `${northwind}/usage` },
  { name: 'documents', path: `${northwind}/documents` },
  { name: 'documents-not-found', path: `${northwind}/documents?q=zeppelin` },
  { name: 'document', path: `${northwind}/documents`, act: (page) => leadOn(page, page.locator('main .table-link').first()) },
  { name: 'document-edit', path: `${northwind}/documents`, act: async (page) => {
    await leadOn(page, page.locator('main .table-link').first());
    await leadOn(page, page.getByRole('link', { name: 'Edit document' }));
  } },
  { name: 'document-new', path: `${northwind}/documents/new` },
  { name: 'document-mistakes', path: `${northwind}/documents/new`, act: press('Save document') },
  { name: 'export', path: `${northwind}/documents/export` },
  { name: 'team', path: `${northwind}/team` },
  { name: 'member-removal', path: `${northwind}/team`, act: follow(/^Remove.*Ada/) },
  { name: 'member-removal-dialog', path: `${northwind}/team`, act: openDialog(/^Remove.*Ada/) },
  { name: 'invitations', path: `${northwind}/team/invitations` },
  { name: 'keys', path: `${northwind}/developers/keys` },
  { name: 'key-revocation', path: `${northwind}/developers/keys`, act: follow(/^Revoke/) },
  { name: 'audit', path: `${northwind}/audit` },
  { name: 'audit-not-found', path: `${northwind}/audit?action=override.set` },
  { name: 'settings', path: `${northwind}/settings` },
  { name: 'settings-export', path: `${northwind}/settings/export` },
  { name: 'billing', path: `${northwind}/billing` },
  { name: 'billing-plans', path: `${northwind}/billing/plans` },
  { name: 'billing-addon', path: `${northwind}/billing/addon?addon=documents_500&quantity=2` },
  { name: 'billing-addon-wrong', path: `${northwind}/billing/addon?addon=documents_500&quantity=99` },
  { name: 'billing-invoices', path: `${northwind}/billing/invoices` },
  { name: 'billing-invoices-not-found', path: `${northwind}/billing/invoices?status=void` },
  { name: 'billing-invoice', path: `${northwind}/billing/invoices`, act: followInvoice },
  { name: 'billing-details', path: `${northwind}/billing/details` },
  { name: 'billing-details-mistakes', path: `${northwind}/billing/details`, act: async (page) => {
    await page.getByLabel('Kind of tax id').selectOption('eu_vat');
    await page.getByLabel(/^Tax id/).fill('DE12');
    await press('Save billing details')(page);
  } },
  { name: 'billing-card', path: `${northwind}/billing/card` },
  { name: 'billing-cancel', path: `${northwind}/billing/cancel` },
  { name: 'menu', path: `${northwind}/menu` },
  { name: 'account', path: '/account' },
  { name: 'account-security', path: '/account/security' },
  { name: 'account-menu', path: '/account/menu' },
  { name: 'not-found-in-workspace', path: `${northwind}/nothing-here` },
].map((screen) => ({ ...screen, as: 'jonas' }));

const ofOthers = [
  { name: 'refused', path: `${northwind}/developers/keys`, as: 'ada' },
  { name: 'documents-to-read', path: `${northwind}/documents`, as: 'tom' },
  { name: 'home-trial', path: lighthouse, as: 'maya' },
  { name: 'start', path: `${lighthouse}/start`, as: 'maya' },
  { name: 'billing-change', path: `${lighthouse}/billing/change?plan=pro&interval=month`, as: 'maya' },
  { name: 'billing-still-confirming', path: `${lighthouse}/billing/return?tries=10`, as: 'maya' },
  { name: 'billing-waiting', path: `${lighthouse}/billing/return`, as: 'maya', stays: true },
  { name: 'home-past-due', path: kettle, as: 'priya' },
  { name: 'billing-past-due', path: `${kettle}/billing`, as: 'priya' },
  { name: 'billing-invoice-unpaid', path: `${kettle}/billing/invoices`, as: 'priya', act: followInvoice },
  { name: 'billing-card-past-due', path: `${kettle}/billing/card`, as: 'priya' },
];

const tenant = (name, path, workspace, ...tabs) => ({ name, path, act: click(workspace, ...tabs) });
const ofStaff = [
  { name: 'staff-tenants', path: '/tenants' },
  { name: 'staff-tenants-not-found', path: '/tenants?q=zeppelin' },
  tenant('staff-tenant', '/tenants', 'Northwind Labs'),
  tenant('staff-subscription', '/tenants', 'Copper Kettle', 'Subscription'),
  tenant('staff-entitlements', '/tenants', 'Northwind Labs', 'Entitlements'),
  { name: 'staff-override-mistakes', path: '/tenants', act: async (page) => {
    await click('Northwind Labs', 'Entitlements')(page);
    await press('Set override')(page);
  } },
  tenant('staff-usage', '/tenants', 'Northwind Labs', 'Usage'),
  tenant('staff-people', '/tenants', 'Northwind Labs', 'People'),
  tenant('staff-events', '/tenants', 'Northwind Labs', 'Event log'),
  { name: 'staff-failed', path: '/failed-events' },
  { name: 'staff-health', path: '/health' },
  { name: 'staff-brand', path: '/brand' },
  { name: 'staff-drift', path: '/drift' },
  { name: 'staff-failed-webhooks', path: '/webhooks/dead' },
  { name: 'staff-revenue', path: '/revenue' },
  { name: 'staff-tasks', path: '/tasks' },
  { name: 'staff-refund', path: '/tenants', act: click('Northwind Labs', 'Subscription', /^Refund/) },
  { name: 'staff-credit', path: '/tenants', act: click('Northwind Labs', 'Subscription', /^Credit/) },
  { name: 'staff-menu', path: '/menu' },
  { name: 'staff-not-found', path: '/nothing-here' },
].map((screen) => ({ ...screen, on: 'staff', as: 'staff' }));

const outside = [
  { name: 'tour', path: '/tour' },
  { name: 'tour-doctor', path: '/tour/doctor' },
  { name: 'staff-login', on: 'staff', path: '/login' },
  { name: 'staff-login-mistakes', on: 'staff', path: '/login', act: press('Log in') },
  { name: 'simulator', on: 'simulator', path: '/' },
  { name: 'simulator-customer', on: 'simulator', path: '/', act: click('Copper Kettle') },
  { name: 'simulator-webhooks', on: 'simulator', path: '/webhooks' },
  { name: 'mailbox', on: 'simulator', path: '/mailbox' },
  { name: 'letter', on: 'simulator', path: '/mailbox', act: click(/Your/) },
];

export function screensOf(stage) {
  return [...outside, ...hosted(stage), ...ofJonas, ...ofOthers, ...ofNora(stage), ...ofFelix(stage), ...ofStaff];
}

const devices = ['desktop', 'phone'];
const schemes = ['light', 'dark'];
export const variants = devices.flatMap((device) => schemes.map((scheme) => ({ device, scheme })));

// A page that would go on by itself in a moment stays.
async function withoutRefresh(route) {
  const response = await route.fetch();
  const { refresh, ...headers } = response.headers();
  await route.fulfill({ response, headers });
}

// Shows one screen after the other on a page, logging in whom each needs.
export async function eachScreen(world, page, stage, wanted, look) {
  const { freehold } = world;
  let current;
  for (const screen of wanted) {
    if (screen.as && screen.as !== current) await enterAs(world, page, stage, screen.as);
    current = screen.as ?? current;
    if (screen.stays) await page.route('**/billing/return', withoutRefresh);
    await page.goto(new URL(screen.path, freehold[screen.on ?? 'product']).href);
    await screen.act?.(page);
    await page.evaluate(() => document.fonts.ready);
    await look(screen);
  }
}
