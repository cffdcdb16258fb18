// Every type of event that the tests of the package have seen the simulator send, sorted.
export const eventTypes = [
  'billing.meter.created', 'billing.meter.deactivated', 'billing.meter.reactivated', 'billing.meter.updated',
  'charge.failed', 'charge.succeeded', 'checkout.session.completed', 'checkout.session.expired', 'coupon.created',
  'coupon.deleted', 'coupon.updated', 'customer.created', 'customer.deleted', 'customer.discount.created',
  'customer.discount.deleted', 'customer.subscription.created', 'customer.subscription.deleted',
  'customer.subscription.paused', 'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired', 'customer.subscription.resumed',
  'customer.subscription.trial_will_end', 'customer.subscription.updated', 'customer.updated', 'invoice.created',
  'invoice.finalized', 'invoice.marked_uncollectible', 'invoice.paid', 'invoice.payment_failed',
  'invoice.payment_succeeded', 'invoice.voided', 'invoice_payment.paid', 'invoiceitem.created',
  'invoiceitem.deleted', 'payment_intent.canceled', 'payment_intent.created', 'payment_intent.payment_failed',
  'payment_intent.succeeded', 'payment_method.attached', 'payment_method.detached', 'price.created',
  'price.updated', 'product.created', 'product.deleted', 'product.updated', 'promotion_code.created',
  'promotion_code.updated', 'setup_intent.canceled', 'setup_intent.created', 'setup_intent.succeeded',
  'subscription_schedule.canceled', 'subscription_schedule.completed', 'subscription_schedule.created',
  'subscription_schedule.expiring', 'subscription_schedule.released', 'subscription_schedule.updated',
];
