using namespace System.Management.Automation

Register-ArgumentCompleter -Native -CommandName 'inqud-hook' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $events = @(
        'INVOICE_CREATE_INVOICE', 'A single invoice is created',
        'INVOICE_CREATE_UNLIMITED_INVOICE', 'An invoice for any number of deposits is created',
        'INVOICE_MEMPOOL_FOUND', 'A payment is on its way, unconfirmed',
        'INVOICE_PENDING_COMPLIANCE', 'A payment is held for a compliance review',
        'INVOICE_COMPLIANCE_DECLINED', 'A payment is declined by compliance',
        'INVOICE_FUNDS_RECEIVED_FOR_INVOICE', 'A deposit arrived in the invoice''s wallet',
        'INVOICE_PENDING_INTERVENTION', 'Too much or too little arrived, you decide',
        'INVOICE_PAID', 'The invoice is paid',
        'INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED', 'The invoice''s money is on your balance',
        'INVOICE_EXPIRED', 'The invoice ran out',
        'PAYOUT_CHANGE_STATUS', 'A payout changed its state',
        'PAYOUT_CONFIRMED', 'A payout is confirmed',
        'PAYOUT_VALIDATION_ERROR', 'A payout failed a check',
        'PAYOUT_HASH_RECEIVED', 'A payout has its transaction hash',
        'TOP_UP_PENDING_COMPLIANCE', 'A top-up is held for a compliance review',
        'TOP_UP_COMPLIANCE_DECLINED', 'A top-up is declined by compliance',
        'WALLET_FUNDS_DELIVERED_ACCOUNT', 'A top-up is on your account',
        'FIAT_DEPOSIT_ORDER_CREATED', 'An on-ramp order is created',
        'FIAT_DEPOSIT_ORDER_CONFIRM', 'An on-ramp order is confirmed',
        'FIAT_DEPOSIT_FIAT_FUNDS_RECEIVED', 'An on-ramp order is paid',
        'FIAT_DEPOSIT_ORDER_EXPIRED', 'An on-ramp order ran out',
        'FIAT_DEPOSIT_ORDER_FAILED', 'A payment of an on-ramp order failed',
        'CUSTOMER_PURSE_MEM_POOL_FOUND', 'A customer''s deposit is on its way, unconfirmed',
        'CUSTOMER_PURSE_PENDING_COMPLIANCE', 'A customer''s deposit is held for a compliance review',
        'CUSTOMER_PURSE_COMPLIANCE_DECLINED', 'A customer''s deposit is declined by compliance',
        'CUSTOMER_PURSE_FUNDS_RECEIVED_FOR_PURSE', 'A customer''s deposit arrived',
        'CUSTOMER_PURSE_TRANSLATION_TO_ACCOUNT_COMPLETED', 'A customer''s deposit is on your balance',
        'CUSTOMER_PURSE_EXPIRED', 'A customer''s deposit address expired',
        'checkout.new', 'A checkout was created and waits for the payer',
        'checkout.request_created', 'The payer chose an asset and was given an address',
        'checkout.payment_detected', 'A payment was seen and is being processed',
        'checkout.success', 'The checkout is paid',
        'checkout.conflict', 'A payment came but something is wrong with it',
        'checkout.expired', 'The checkout lapsed without a payment',
        'request.waiting_payment', 'A request was created and waits for its payment',
        'request.pending_payment', 'A transaction was seen and is being processed',
        'request.success', 'The request is paid',
        'request.conflict', 'A payment was processed but something is wrong',
        'request.expired', 'The request lapsed without a payment',
        'invoice.new', 'An invoice was issued and waits for its charge',
        'invoice.pending', 'A charge of the invoice is under way',
        'invoice.success', 'The invoice is paid',
        'subscription.initiated', 'A payer subscribed; the first charge may be pending',
        'subscription.active', 'The subscription is running',
        'subscription.cancelled', 'The subscription has ended early',
        'subscription.expired', 'The subscription has run out',
        'authorization.granted', 'A payer allowed charges to their wallet',
        'authorization.revoked_by_merchant', 'The leave to charge was taken back by the merchant',
        'onramp.new', 'A card-to-crypto checkout was created',
        'onramp.pending', 'The card-to-crypto checkout is under way',
        'onramp.success', 'The card-to-crypto checkout is paid',
        'onramp.failed', 'The card-to-crypto checkout failed',
        'onramp.expired', 'The card-to-crypto checkout lapsed',
        'payment.new', 'A payin or payout was created',
        'payment.pending', 'The payment is being processed',
        'payment.frozen', 'The payment is held and needs something done',
        'payment.partial_success', 'A payout was paid in part',
        'payment.success', 'The payment is done in full',
        'payment.failed', 'The payment failed',
        'payment.cancelled', 'The payment was cancelled',
        'payment.expired', 'The payment lapsed',
        'static-payment', 'A payment to a static address came or changed',
        'invoice.draft', 'The invoice is made but not yet open to the payer',
        'invoice.initiated', 'The invoice is open and waits for the payer',
        'invoice.processing', 'The payer has chosen how to pay; nothing is paid yet',
        'invoice.received', 'A payment was noticed, but is not yet called paid',
        'invoice.paid', 'The quoted amount has come in exactly',
        'invoice.underpaid', 'Less than the quoted amount has come in so far',
        'invoice.overpaid', 'More than the quoted amount has come in',
        'invoice.late', 'The full amount has come in, but after the due date',
        'invoice.complete', 'Paid, and converted into the currency asked for',
        'invoice.expired', 'The invoice passed its expiry date',
        'invoice.cancelled', 'A manager called the invoice off',
        'service_payment_requests.quote.create', 'A way to pay was chosen and its quote was made',
        'service_payment_requests.otp.create', 'A one-time code was made for the payer',
        'service_payment_requests.payer_reminder', 'The payer is due to be reminded of the invoice',
        'service_payment_requests.payer_requested', 'The invoice is due to be sent to the payer',
        'company.link.create', 'A link with another company was asked for',
        'company.link.update', 'A link with another company changed',
        'company.update', 'The company''s own details changed',
        'currency.create', 'A currency was added to the company',
        'currency.update', 'A currency of the company changed',
        'user.create', 'A user registered or was added',
        'user.update', 'A user''s details or state changed',
        'user.password.reset', 'A user asked for a new password',
        'user.password.set', 'A user is to choose a first password',
        'user.deactivate.verify', 'A user is to confirm closing the account',
        'user.request_delete.verify', 'A user is to confirm deleting the account',
        'user.email.verify', 'An e-mail address is to be confirmed',
        'user.mobile.verify', 'A mobile number is to be confirmed',
        'email.create', 'A user added an e-mail address',
        'email.update', 'A user''s e-mail address changed',
        'mobile.create', 'A user added a mobile number',
        'mobile.update', 'A user''s mobile number changed',
        'address.create', 'A user added a postal address',
        'address.update', 'A user''s postal address changed',
        'document.create', 'A user handed in a document',
        'document.update', 'A document or its check changed',
        'bank_account.create', 'A user added a bank account',
        'bank_account.update', 'A user''s bank account changed',
        'bank_account.delete', 'A user''s bank account was removed',
        'crypto_account.create', 'A user added a crypto address',
        'crypto_account.update', 'A user''s crypto address changed',
        'account.create', 'An account was opened',
        'account.update', 'An account changed',
        'account.currency.create', 'A currency was added to an account',
        'transaction.create', 'A transaction was made',
        'transaction.update', 'A transaction''s data changed',
        'transaction.initiate', 'A transaction passed its checks and is pending',
        'transaction.execute', 'A transaction ended, as Complete or Failed',
        'transaction.transition.create', 'A change of a transaction''s status was planned',
        'transaction.transition.update', 'A planned change of status was decided',
        'mfa.sms.verify', 'A code for a login in two steps is to be sent',
        'alert.create', 'An alert was raised',
        'alert.update', 'An alert changed',
        'calypso/INVOICE_CREATE_INVOICE', 'A single invoice is created',
        'calypso/INVOICE_CREATE_UNLIMITED_INVOICE', 'An invoice for any number of deposits is created',
        'calypso/INVOICE_MEMPOOL_FOUND', 'A payment is on its way, unconfirmed',
        'calypso/INVOICE_PENDING_COMPLIANCE', 'A payment is held for a compliance review',
        'calypso/INVOICE_COMPLIANCE_DECLINED', 'A payment is declined by compliance',
        'calypso/INVOICE_FUNDS_RECEIVED_FOR_INVOICE', 'A deposit arrived in the invoice''s wallet',
        'calypso/INVOICE_PENDING_INTERVENTION', 'Too much or too little arrived, you decide',
        'calypso/INVOICE_PAID', 'The invoice is paid',
        'calypso/INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED', 'The invoice''s money is on your balance',
        'calypso/INVOICE_EXPIRED', 'The invoice ran out',
        'calypso/PAYOUT_CHANGE_STATUS', 'A payout changed its state',
        'calypso/PAYOUT_CONFIRMED', 'A payout is confirmed',
        'calypso/PAYOUT_VALIDATION_ERROR', 'A payout failed a check',
        'calypso/PAYOUT_HASH_RECEIVED', 'A payout has its transaction hash',
        'calypso/TOP_UP_PENDING_COMPLIANCE', 'A top-up is held for a compliance review',
        'calypso/TOP_UP_COMPLIANCE_DECLINED', 'A top-up is declined by compliance',
        'calypso/WALLET_FUNDS_DELIVERED_ACCOUNT', 'A top-up is on your account',
        'calypso/FIAT_DEPOSIT_ORDER_CREATED', 'An on-ramp order is created',
        'calypso/FIAT_DEPOSIT_ORDER_CONFIRM', 'An on-ramp order is confirmed',
        'calypso/FIAT_DEPOSIT_FIAT_FUNDS_RECEIVED', 'An on-ramp order is paid',
        'calypso/FIAT_DEPOSIT_ORDER_EXPIRED', 'An on-ramp order ran out',
        'calypso/FIAT_DEPOSIT_ORDER_FAILED', 'A payment of an on-ramp order failed',
        'calypso/CUSTOMER_PURSE_MEM_POOL_FOUND', 'A customer''s deposit is on its way, unconfirmed',
        'calypso/CUSTOMER_PURSE_PENDING_COMPLIANCE', 'A customer''s deposit is held for a compliance review',
        'calypso/CUSTOMER_PURSE_COMPLIANCE_DECLINED', 'A customer''s deposit is declined by compliance',
        'calypso/CUSTOMER_PURSE_FUNDS_RECEIVED_FOR_PURSE', 'A customer''s deposit arrived',
        'calypso/CUSTOMER_PURSE_TRANSLATION_TO_ACCOUNT_COMPLETED', 'A customer''s deposit is on your balance',
        'calypso/CUSTOMER_PURSE_EXPIRED', 'A customer''s deposit address expired',
        'inqud/checkout.new', 'A checkout was created and waits for the payer',
        'inqud/checkout.request_created', 'The payer chose an asset and was given an address',
        'inqud/checkout.payment_detected', 'A payment was seen and is being processed',
        'inqud/checkout.success', 'The checkout is paid',
        'inqud/checkout.conflict', 'A payment came but something is wrong with it',
        'inqud/checkout.expired', 'The checkout lapsed without a payment',
        'inqud/request.waiting_payment', 'A request was created and waits for its payment',
        'inqud/request.pending_payment', 'A transaction was seen and is being processed',
        'inqud/request.success', 'The request is paid',
        'inqud/request.conflict', 'A payment was processed but something is wrong',
        'inqud/request.expired', 'The request lapsed without a payment',
        'inqud/invoice.new', 'An invoice was issued and waits for its charge',
        'inqud/invoice.pending', 'A charge of the invoice is under way',
        'inqud/invoice.success', 'The invoice is paid',
        'inqud/invoice.failed', 'The invoice could not be charged',
        'inqud/subscription.initiated', 'A payer subscribed; the first charge may be pending',
        'inqud/subscription.active', 'The subscription is running',
        'inqud/subscription.cancelled', 'The subscription has ended early',
        'inqud/subscription.expired', 'The subscription has run out',
        'inqud/authorization.granted', 'A payer allowed charges to their wallet',
        'inqud/authorization.revoked_by_merchant', 'The leave to charge was taken back by the merchant',
        'inqud/onramp.new', 'A card-to-crypto checkout was created',
        'inqud/onramp.pending', 'The card-to-crypto checkout is under way',
        'inqud/onramp.success', 'The card-to-crypto checkout is paid',
        'inqud/onramp.failed', 'The card-to-crypto checkout failed',
        'inqud/onramp.expired', 'The card-to-crypto checkout lapsed',
        'inqud/payment.new', 'A payin or payout was created',
        'inqud/payment.pending', 'The payment is being processed',
        'inqud/payment.frozen', 'The payment is held and needs something done',
        'inqud/payment.partial_success', 'A payout was paid in part',
        'inqud/payment.success', 'The payment is done in full',
        'inqud/payment.failed', 'The payment failed',
        'inqud/payment.cancelled', 'The payment was cancelled',
        'inqud/payment.expired', 'The payment lapsed',
        'inqud/static-payment', 'A payment to a static address came or changed',
        'rehive/invoice.draft', 'The invoice is made but not yet open to the payer',
        'rehive/invoice.initiated', 'The invoice is open and waits for the payer',
        'rehive/invoice.processing', 'The payer has chosen how to pay; nothing is paid yet',
        'rehive/invoice.received', 'A payment was noticed, but is not yet called paid',
        'rehive/invoice.paid', 'The quoted amount has come in exactly',
        'rehive/invoice.underpaid', 'Less than the quoted amount has come in so far',
        'rehive/invoice.overpaid', 'More than the quoted amount has come in',
        'rehive/invoice.late', 'The full amount has come in, but after the due date',
        'rehive/invoice.complete', 'Paid, and converted into the currency asked for',
        'rehive/invoice.expired', 'The invoice passed its expiry date',
        'rehive/invoice.failed', 'An error ended the invoice for good',
        'rehive/invoice.cancelled', 'A manager called the invoice off',
        'rehive/service_payment_requests.quote.create', 'A way to pay was chosen and its quote was made',
        'rehive/service_payment_requests.otp.create', 'A one-time code was made for the payer',
        'rehive/service_payment_requests.payer_reminder', 'The payer is due to be reminded of the invoice',
        'rehive/service_payment_requests.payer_requested', 'The invoice is due to be sent to the payer',
        'rehive/company.link.create', 'A link with another company was asked for',
        'rehive/company.link.update', 'A link with another company changed',
        'rehive/company.update', 'The company''s own details changed',
        'rehive/currency.create', 'A currency was added to the company',
        'rehive/currency.update', 'A currency of the company changed',
        'rehive/user.create', 'A user registered or was added',
        'rehive/user.update', 'A user''s details or state changed',
        'rehive/user.password.reset', 'A user asked for a new password',
        'rehive/user.password.set', 'A user is to choose a first password',
        'rehive/user.deactivate.verify', 'A user is to confirm closing the account',
        'rehive/user.request_delete.verify', 'A user is to confirm deleting the account',
        'rehive/user.email.verify', 'An e-mail address is to be confirmed',
        'rehive/user.mobile.verify', 'A mobile number is to be confirmed',
        'rehive/email.create', 'A user added an e-mail address',
        'rehive/email.update', 'A user''s e-mail address changed',
        'rehive/mobile.create', 'A user added a mobile number',
        'rehive/mobile.update', 'A user''s mobile number changed',
        'rehive/address.create', 'A user added a postal address',
        'rehive/address.update', 'A user''s postal address changed',
        'rehive/document.create', 'A user handed in a document',
        'rehive/document.update', 'A document or its check changed',
        'rehive/bank_account.create', 'A user added a bank account',
        'rehive/bank_account.update', 'A user''s bank account changed',
        'rehive/bank_account.delete', 'A user''s bank account was removed',
        'rehive/crypto_account.create', 'A user added a crypto address',
        'rehive/crypto_account.update', 'A user''s crypto address changed',
        'rehive/account.create', 'An account was opened',
        'rehive/account.update', 'An account changed',
        'rehive/account.currency.create', 'A currency was added to an account',
        'rehive/transaction.create', 'A transaction was made',
        'rehive/transaction.update', 'A transaction''s data changed',
        'rehive/transaction.initiate', 'A transaction passed its checks and is pending',
        'rehive/transaction.execute', 'A transaction ended, as Complete or Failed',
        'rehive/transaction.transition.create', 'A change of a transaction''s status was planned',
        'rehive/transaction.transition.update', 'A planned change of status was decided',
        'rehive/mfa.sms.verify', 'A code for a login in two steps is to be sent',
        'rehive/alert.create', 'An alert was raised',
        'rehive/alert.update', 'An alert changed'
    )
    $scenarios = @(
        'paid-with-review', 'Compliance looks at the payment and lets it through.',
        'declined', 'Compliance looks at the payment and declines it.',
        'underpaid', '200 arrive where 271.42 are asked for; the merchant accepts, without a paid event.',
        'underpaid-paid', '200 arrive where 271.42 are asked for; the merchant accepts, INVOICE_PAID follows.',
        'underpaid-refused', '200 arrive where 271.42 are asked for; the merchant refuses, no event follows.',
        'underpaid-refunded', '200 arrive where 271.42 are asked for; the merchant refuses and pays out.',
        'unlimited', 'An unlimited invoice takes two deposits.',
        'payout', 'A payout is approved, sent and completed.',
        'payout-failed', 'A payout is approved, but a check stops it.',
        'top-up', 'A deposit to the account is reviewed and arrives.',
        'top-up-declined', 'A deposit to the account is reviewed and declined.',
        'onramp', 'A customer buys crypto for fiat money.',
        'onramp-retried', 'The first payment of an on-ramp order fails, the second arrives.',
        'purse', 'A deposit to a customer''s address is reviewed and credited.',
        'purse-declined', 'A deposit to a customer''s address is reviewed and declined.',
        'checkout-paid', 'A payer opens the checkout, picks USDT on Tron and pays in full.',
        'checkout-underpaid', 'The payer sends too little, and the checkout ends in a conflict.',
        'checkout-expired', 'The payer picks an asset but never pays, and the checkout lapses.',
        'request-paid', 'A request made through the API is paid in full within its window.',
        'request-underpaid', 'The payer sends too little for a request, which ends in a conflict.',
        'request-expired', 'Nothing arrives for a request within its window.',
        'recurring-success', 'A payer subscribes, and the first invoice is charged at once.',
        'recurring-failure', 'The first charge fails and so does its retry; the subscription ends unpaid.',
        'onramp-paid', 'A payer buys by card, and the merchant is credited in USDC.',
        'onramp-failed', 'The payer''s card payment fails, and the merchant is credited nothing.',
        'payin-failed', 'A card payment is started and fails.',
        'payout-partial', 'A payout of 500 USDT goes through only in part.',
        'underpaid-then-paid', 'The payer''s exchange keeps a fee; the payer sends the rest.',
        'late', 'The payer pays in full, after the due date.',
        'failed', 'The payment fails for good; the payer needs a new invoice.',
        'cancelled', 'The payer sends too little; the merchant refunds it and cancels.',
        'deposit', 'Bitcoin reach a user''s wallet and are confirmed.',
        'calypso/paid', 'A single invoice is paid to the cent.',
        'calypso/paid-with-review', 'Compliance looks at the payment and lets it through.',
        'calypso/declined', 'Compliance looks at the payment and declines it.',
        'calypso/overpaid', '300 arrive where 271.42 are asked for, and the merchant accepts.',
        'calypso/underpaid', '200 arrive where 271.42 are asked for; the merchant accepts, without a paid event.',
        'calypso/underpaid-paid', '200 arrive where 271.42 are asked for; the merchant accepts, INVOICE_PAID follows.',
        'calypso/underpaid-refused', '200 arrive where 271.42 are asked for; the merchant refuses, no event follows.',
        'calypso/underpaid-refunded', '200 arrive where 271.42 are asked for; the merchant refuses and pays out.',
        'calypso/expired', 'The invoice is not paid within its three hours (TRON).',
        'calypso/unlimited', 'An unlimited invoice takes two deposits.',
        'calypso/payout', 'A payout is approved, sent and completed.',
        'calypso/payout-failed', 'A payout is approved, but a check stops it.',
        'calypso/top-up', 'A deposit to the account is reviewed and arrives.',
        'calypso/top-up-declined', 'A deposit to the account is reviewed and declined.',
        'calypso/onramp', 'A customer buys crypto for fiat money.',
        'calypso/onramp-retried', 'The first payment of an on-ramp order fails, the second arrives.',
        'calypso/onramp-expired', 'A customer confirms an order and never pays.',
        'calypso/purse', 'A deposit to a customer''s address is reviewed and credited.',
        'calypso/purse-declined', 'A deposit to a customer''s address is reviewed and declined.',
        'inqud/checkout-paid', 'A payer opens the checkout, picks USDT on Tron and pays in full.',
        'inqud/checkout-underpaid', 'The payer sends too little, and the checkout ends in a conflict.',
        'inqud/checkout-expired', 'The payer picks an asset but never pays, and the checkout lapses.',
        'inqud/request-paid', 'A request made through the API is paid in full within its window.',
        'inqud/request-underpaid', 'The payer sends too little for a request, which ends in a conflict.',
        'inqud/request-expired', 'Nothing arrives for a request within its window.',
        'inqud/recurring-success', 'A payer subscribes, and the first invoice is charged at once.',
        'inqud/recurring-failure', 'The first charge fails and so does its retry; the subscription ends unpaid.',
        'inqud/onramp-paid', 'A payer buys by card, and the merchant is credited in USDC.',
        'inqud/onramp-failed', 'The payer''s card payment fails, and the merchant is credited nothing.',
        'inqud/onramp-expired', 'The payer opens the on-ramp checkout and lets its hour pass.',
        'inqud/payin-failed', 'A card payment is started and fails.',
        'inqud/payout-partial', 'A payout of 500 USDT goes through only in part.',
        'rehive/paid', 'The payer sends the quoted bitcoin, which are then converted.',
        'rehive/underpaid-then-paid', 'The payer''s exchange keeps a fee; the payer sends the rest.',
        'rehive/overpaid', 'The payer rounds up; the difference has to go back.',
        'rehive/late', 'The payer pays in full, after the due date.',
        'rehive/expired', 'The payer never pays.',
        'rehive/failed', 'The payment fails for good; the payer needs a new invoice.',
        'rehive/cancelled', 'The payer sends too little; the merchant refunds it and cancels.',
        'rehive/deposit', 'Bitcoin reach a user''s wallet and are confirmed.'
    )
    $providers = @(
        'calypso', 'Invoices, payouts, on-ramp, customer deposit addresses and account top-ups.',
        'inqud', 'Crypto widget, static addresses, recurring payments, on-ramp, payins and payouts.',
        'rehive', 'Merchants'' invoices (payment requests), and the events of the Rehive platform.'
    )
    $schemes = @(
        'calypso', 'Invoices, payouts, on-ramp, customer deposit addresses and account top-ups.',
        'inqud', 'Crypto widget, static addresses, recurring payments, on-ramp, payins and payouts.',
        'rehive', 'Merchants'' invoices (payment requests), and the events of the Rehive platform.',
        'none', 'No signature at all'
    )
    $topics = @(
        'empty-body', 'there is no body, or nothing but white space',
        'too-large', 'a body larger than any webhook',
        'invalid-utf8', 'bytes that are not valid UTF-8',
        'byte-order-mark', 'a byte-order mark before the JSON',
        'syntax', 'the text is not JSON',
        'truncated', 'the JSON ends too early',
        'extra-value', 'more text after the body',
        'too-deep', 'nested deeper than common parsers allow',
        'not-an-object', 'a body that is not an object, or a list without bodies',
        'duplicate-key', 'an object with the same key twice',
        'lone-surrogate', 'half of a surrogate pair in an escape',
        'nul-character', 'a NUL character in a text',
        'number-overflow', 'a number too large for a double',
        'number-precision', 'a number with more digits than a double can hold',
        'bad-record', 'a journal line that is not a delivery',
        'torn-record', 'the last line of a journal is incomplete',
        'masked-body', 'a captured body with stars in place of a secret',
        'too-many-findings', 'too many findings in one text',
        'too-many-values', 'more bodies or values than are checked',
        'unrecognised', 'a body that no provider sends',
        'unknown-event', 'an event name that is not in the catalogue',
        'misspelt-event', 'a known typo of an event name from the provider''s docs',
        'event-mismatch', 'a body that names two different events',
        'two-event-names', 'a body that uses two names for one event',
        'missing-field', 'a required field is missing',
        'null-field', 'a required field is null',
        'wrong-type', 'a value of an undocumented type',
        'other-type', 'a value of a type that only part of the docs allows',
        'unknown-value', 'a value outside the documented list',
        'unlisted-value', 'a value outside the values known so far',
        'out-of-range', 'a number outside the documented range',
        'unknown-field', 'an undocumented field',
        'misspelt-field', 'a known typo of a field from the provider''s docs',
        'too-long', 'a text longer than the provider''s API allows',
        'empty-list', 'an empty list that should have an item',
        'time-format', 'a time that is not in the provider''s format',
        'impossible-time', 'a date or time that does not exist',
        'time-zone', 'a time without its zone',
        'time-order', 'two times in an impossible order',
        'time-unit', 'seconds or microseconds instead of milliseconds',
        'time-zero', 'a time that is 0',
        'amount-form', 'an amount as text that is not a decimal number',
        'negative-amount', 'an amount below zero',
        'zero-amount', 'a zero amount in an event that reports a payment',
        'paid-short', 'a paid invoice with less than 99.5 % paid',
        'paid-differs', 'a paid invoice with a slightly different amount paid',
        'id-prefix', 'an id with the prefix of another kind of object',
        'id-form', 'an id that is not a UUID',
        'address-form', 'an address of another chain than the currency''s',
        'hash-form', 'a transaction hash of another chain than the currency''s',
        'quote-status', 'a quote whose status and amounts disagree',
        'quote-amount', 'a quote whose amount differs from the request''s',
        'sum-mismatch', 'amounts and fees that do not add up',
        'gate', 'all cases of the group gate',
        'forge', 'all cases of the group forge',
        'wire', 'all cases of the group wire',
        'ack', 'all cases of the group ack',
        'state', 'all cases of the group state',
        'crash', 'all cases of the group crash',
        'load', 'all cases of the group load',
        'gate/genuine', 'accepts a genuine delivery',
        'gate/state-still', 'keeps its state while nothing is sent',
        'gate/state-moves', 'records a genuine payment',
        'gate/alive', 'still accepts genuine deliveries after each case',
        'forge/no-signature', 'refuses a delivery without a signature',
        'forge/empty-signature', 'refuses an empty signature',
        'forge/wrong-secret', 'refuses a delivery signed with another secret',
        'forge/guessable', 'refuses deliveries signed with secrets from docs and tutorials',
        'forge/empty-key', 'refuses a delivery signed with the empty secret',
        'forge/public-key', 'refuses a delivery signed with the public key',
        'forge/truncated', 'refuses a shortened or lengthened signature',
        'forge/one-digit', 'refuses a signature with one wrong digit',
        'forge/other-body', 'refuses the signature of another delivery',
        'forge/unkeyed-hash', 'refuses a plain hash of the body',
        'forge/other-hash', 'refuses a signature made with another hash algorithm',
        'forge/tampered-field', 'refuses a body with one field changed after signing',
        'forge/reformatted', 'refuses a body that was reformatted after signing',
        'forge/appended', 'refuses a body with something appended after signing',
        'forge/spoofed-ip', 'does not trust the address in X-Forwarded-For',
        'forge/scheme', 'refuses the secret in another form or place',
        'forge/method', 'ignores unsigned GET and PUT requests',
        'forge/malformed', 'refuses malformed signatures',
        'forge/effect', 'changes nothing for a forgery',
        'forge/poison', 'accepts a genuine delivery after a forgery with its id',
        'forge/leak', 'keeps secrets out of its answers',
        'wire/lowercase-header', 'accepts header names in lower case',
        'wire/split', 'accepts a body that arrives in pieces',
        'wire/text', 'accepts accents, other scripts and emoji',
        'wire/escaped', 'accepts escaped characters',
        'wire/spaces', 'accepts a pretty-printed body',
        'wire/key-order', 'accepts fields in another order',
        'wire/extra-field', 'accepts fields that it does not know',
        'wire/nullable', 'accepts documented nulls and absent fields',
        'wire/decimal', 'accepts amounts with trailing zeros and many decimals',
        'wire/long-number', 'accepts ids of 64 bits',
        'wire/quotes', 'accepts quotes and markup in free text',
        'wire/charset', 'accepts a charset in Content-Type',
        'wire/chunked', 'accepts a chunked body',
        'wire/expect', 'accepts Expect: 100-continue',
        'wire/http10', 'accepts HTTP/1.0',
        'wire/duplicate-keys', 'copes with a field that occurs twice',
        'wire/150kb', 'accepts a body of 150 kB',
        'ack/code', 'answers with the status that the provider expects',
        'ack/slow', 'answers before the provider gives up',
        'ack/duplicate', 'accepts the same delivery again',
        'ack/old', 'accepts a delivery as old as the last retry',
        'ack/every-event', 'accepts every event of the provider',
        'ack/unknown-event', 'accepts an event that it does not know',
        'ack/unknown-order', 'accepts a payment for an unknown order',
        'state/duplicate', 'counts a repeated delivery once',
        'state/concurrent', 'counts simultaneous copies once',
        'state/same-news', 'counts the same news under a new delivery id once',
        'state/reversed', 'ends in the same state when events arrive in reverse order',
        'state/shuffled', 'ends in the same state when events arrive in random order',
        'state/late-old', 'keeps a paid order paid when older events arrive late',
        'state/second-event', 'records a payment after the event that announced it',
        'state/abort-retry', 'counts a payment once when the connection broke',
        'state/outage', 'loses no payment while its database is away',
        'state/unpaid-final', 'ships nothing for events that do not mean paid',
        'state/underpaid', 'ships nothing for an underpaid order',
        'state/short-paid', 'compares the price with what was really paid',
        'state/wrong-amount', 'compares the amount with the order''s price',
        'state/wrong-currency', 'compares the currency with the order''s',
        'state/decimal', 'accepts the exact price with and without trailing zeros',
        'state/cross-order', 'keeps orders with similar names apart',
        'state/early', 'keeps a payment that arrives before earlier events',
        'state/mempool', 'waits for the confirmation of a payment',
        'state/overpaid', 'takes or holds an overpaid order',
        'crash/kill-after-answer', 'keeps an accepted payment through kill -9',
        'crash/kill-while-handling', 'recovers from kill -9 in the middle of a payment',
        'crash/duplicate-after-restart', 'recognises a repeated delivery after a restart',
        'crash/terminate', 'loses no payment at SIGTERM',
        'load/big', 'survives a body of 8 MiB',
        'load/deep', 'survives a body that is nested 100,000 levels deep',
        'load/odd-json', 'survives JSON that is not an event',
        'load/lying-length', 'survives a wrong Content-Length',
        'load/slow-sender', 'serves other senders beside slow ones',
        'load/burst', 'accepts 20 orders at once'
    )
    $cases = @(
        'gate', 'all cases of the group gate',
        'forge', 'all cases of the group forge',
        'wire', 'all cases of the group wire',
        'ack', 'all cases of the group ack',
        'state', 'all cases of the group state',
        'crash', 'all cases of the group crash',
        'load', 'all cases of the group load',
        'gate/genuine', 'accepts a genuine delivery',
        'gate/state-still', 'keeps its state while nothing is sent',
        'gate/state-moves', 'records a genuine payment',
        'gate/alive', 'still accepts genuine deliveries after each case',
        'forge/no-signature', 'refuses a delivery without a signature',
        'forge/empty-signature', 'refuses an empty signature',
        'forge/wrong-secret', 'refuses a delivery signed with another secret',
        'forge/guessable', 'refuses deliveries signed with secrets from docs and tutorials',
        'forge/empty-key', 'refuses a delivery signed with the empty secret',
        'forge/public-key', 'refuses a delivery signed with the public key',
        'forge/truncated', 'refuses a shortened or lengthened signature',
        'forge/one-digit', 'refuses a signature with one wrong digit',
        'forge/other-body', 'refuses the signature of another delivery',
        'forge/unkeyed-hash', 'refuses a plain hash of the body',
        'forge/other-hash', 'refuses a signature made with another hash algorithm',
        'forge/tampered-field', 'refuses a body with one field changed after signing',
        'forge/reformatted', 'refuses a body that was reformatted after signing',
        'forge/appended', 'refuses a body with something appended after signing',
        'forge/spoofed-ip', 'does not trust the address in X-Forwarded-For',
        'forge/scheme', 'refuses the secret in another form or place',
        'forge/method', 'ignores unsigned GET and PUT requests',
        'forge/malformed', 'refuses malformed signatures',
        'forge/effect', 'changes nothing for a forgery',
        'forge/poison', 'accepts a genuine delivery after a forgery with its id',
        'forge/leak', 'keeps secrets out of its answers',
        'wire/lowercase-header', 'accepts header names in lower case',
        'wire/split', 'accepts a body that arrives in pieces',
        'wire/text', 'accepts accents, other scripts and emoji',
        'wire/escaped', 'accepts escaped characters',
        'wire/spaces', 'accepts a pretty-printed body',
        'wire/key-order', 'accepts fields in another order',
        'wire/extra-field', 'accepts fields that it does not know',
        'wire/nullable', 'accepts documented nulls and absent fields',
        'wire/decimal', 'accepts amounts with trailing zeros and many decimals',
        'wire/long-number', 'accepts ids of 64 bits',
        'wire/quotes', 'accepts quotes and markup in free text',
        'wire/charset', 'accepts a charset in Content-Type',
        'wire/chunked', 'accepts a chunked body',
        'wire/expect', 'accepts Expect: 100-continue',
        'wire/http10', 'accepts HTTP/1.0',
        'wire/duplicate-keys', 'copes with a field that occurs twice',
        'wire/150kb', 'accepts a body of 150 kB',
        'ack/code', 'answers with the status that the provider expects',
        'ack/slow', 'answers before the provider gives up',
        'ack/duplicate', 'accepts the same delivery again',
        'ack/old', 'accepts a delivery as old as the last retry',
        'ack/every-event', 'accepts every event of the provider',
        'ack/unknown-event', 'accepts an event that it does not know',
        'ack/unknown-order', 'accepts a payment for an unknown order',
        'state/duplicate', 'counts a repeated delivery once',
        'state/concurrent', 'counts simultaneous copies once',
        'state/same-news', 'counts the same news under a new delivery id once',
        'state/reversed', 'ends in the same state when events arrive in reverse order',
        'state/shuffled', 'ends in the same state when events arrive in random order',
        'state/late-old', 'keeps a paid order paid when older events arrive late',
        'state/second-event', 'records a payment after the event that announced it',
        'state/abort-retry', 'counts a payment once when the connection broke',
        'state/outage', 'loses no payment while its database is away',
        'state/unpaid-final', 'ships nothing for events that do not mean paid',
        'state/underpaid', 'ships nothing for an underpaid order',
        'state/short-paid', 'compares the price with what was really paid',
        'state/wrong-amount', 'compares the amount with the order''s price',
        'state/wrong-currency', 'compares the currency with the order''s',
        'state/decimal', 'accepts the exact price with and without trailing zeros',
        'state/cross-order', 'keeps orders with similar names apart',
        'state/early', 'keeps a payment that arrives before earlier events',
        'state/mempool', 'waits for the confirmation of a payment',
        'state/overpaid', 'takes or holds an overpaid order',
        'crash/kill-after-answer', 'keeps an accepted payment through kill -9',
        'crash/kill-while-handling', 'recovers from kill -9 in the middle of a payment',
        'crash/duplicate-after-restart', 'recognises a repeated delivery after a restart',
        'crash/terminate', 'loses no payment at SIGTERM',
        'load/big', 'survives a body of 8 MiB',
        'load/deep', 'survives a body that is nested 100,000 levels deep',
        'load/odd-json', 'survives JSON that is not an event',
        'load/lying-length', 'survives a wrong Content-Length',
        'load/slow-sender', 'serves other senders beside slow ones',
        'load/burst', 'accepts 20 orders at once'
    )
    $rules_or_warnings = @(
        'warnings', 'all rules whose findings are warnings',
        'empty-body', 'there is no body, or nothing but white space',
        'too-large', 'a body larger than any webhook',
        'invalid-utf8', 'bytes that are not valid UTF-8',
        'byte-order-mark', 'a byte-order mark before the JSON',
        'syntax', 'the text is not JSON',
        'truncated', 'the JSON ends too early',
        'extra-value', 'more text after the body',
        'too-deep', 'nested deeper than common parsers allow',
        'not-an-object', 'a body that is not an object, or a list without bodies',
        'duplicate-key', 'an object with the same key twice',
        'lone-surrogate', 'half of a surrogate pair in an escape',
        'nul-character', 'a NUL character in a text',
        'number-overflow', 'a number too large for a double',
        'number-precision', 'a number with more digits than a double can hold',
        'bad-record', 'a journal line that is not a delivery',
        'torn-record', 'the last line of a journal is incomplete',
        'masked-body', 'a captured body with stars in place of a secret',
        'too-many-findings', 'too many findings in one text',
        'too-many-values', 'more bodies or values than are checked',
        'unrecognised', 'a body that no provider sends',
        'unknown-event', 'an event name that is not in the catalogue',
        'misspelt-event', 'a known typo of an event name from the provider''s docs',
        'event-mismatch', 'a body that names two different events',
        'two-event-names', 'a body that uses two names for one event',
        'missing-field', 'a required field is missing',
        'null-field', 'a required field is null',
        'wrong-type', 'a value of an undocumented type',
        'other-type', 'a value of a type that only part of the docs allows',
        'unknown-value', 'a value outside the documented list',
        'unlisted-value', 'a value outside the values known so far',
        'out-of-range', 'a number outside the documented range',
        'unknown-field', 'an undocumented field',
        'misspelt-field', 'a known typo of a field from the provider''s docs',
        'too-long', 'a text longer than the provider''s API allows',
        'empty-list', 'an empty list that should have an item',
        'time-format', 'a time that is not in the provider''s format',
        'impossible-time', 'a date or time that does not exist',
        'time-zone', 'a time without its zone',
        'time-order', 'two times in an impossible order',
        'time-unit', 'seconds or microseconds instead of milliseconds',
        'time-zero', 'a time that is 0',
        'amount-form', 'an amount as text that is not a decimal number',
        'negative-amount', 'an amount below zero',
        'zero-amount', 'a zero amount in an event that reports a payment',
        'paid-short', 'a paid invoice with less than 99.5 % paid',
        'paid-differs', 'a paid invoice with a slightly different amount paid',
        'id-prefix', 'an id with the prefix of another kind of object',
        'id-form', 'an id that is not a UUID',
        'address-form', 'an address of another chain than the currency''s',
        'hash-form', 'a transaction hash of another chain than the currency''s',
        'quote-status', 'a quote whose status and amounts disagree',
        'quote-amount', 'a quote whose amount differs from the request''s',
        'sum-mismatch', 'amounts and fees that do not add up'
    )
    $commands = @(
        'send', 'Send signed sample events, scenarios, or your own body',
        'listen', 'Receive deliveries; verify, validate and show them',
        'log', 'Search recorded deliveries, show one, or compare two',
        'inspect', 'Show recorded deliveries on a page',
        'replay', 'Send captured deliveries again',
        'test', 'Attack an endpoint with right and wrong deliveries, and judge it',
        'validate', 'Check captured bodies against the event schemas',
        'verify', 'Check signatures of captured deliveries, and say why one is wrong',
        'events', 'List the known events, or show one of them',
        'explain', 'Explain a lint rule or a test case, or list them',
        'init', 'Write a commented inqud-hook.toml into this folder',
        'config', 'Show all settings and where each comes from',
        'completions', 'Print a completion script for a shell',
        'man', 'Print a manual page, or write all of them to a folder'
    )
    $flags = @{
        '' = @(
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help',
            '-V', 'Print version',
            '--version', 'Print version'
        )
        'send' = @(
            '--to', 'URL, host, host:port, :port or port',
            '--allow-remote', 'Allow targets that are not this machine',
            '-H', 'Add a header, or replace one of the same name',
            '--header', 'Add a header, or replace one of the same name',
            '--timeout', 'How long to wait for a response [default: the provider''s own]',
            '--insecure', 'Accept any certificate',
            '--cacert', 'Trust only certificates signed by those in this file (PEM)',
            '--order-id', 'Your order id',
            '--amount', 'The price of the order; what is due and paid follows',
            '--currency', 'The currency of the price, or the coin of the payment',
            '--set', 'Set a field: /data/amount=10.50 or amount=10.50',
            '--set-all', 'Set all fields of a name, at any depth',
            '--unset', 'Remove a field',
            '--body', 'Send exactly these bytes; - for standard input',
            '--form', 'The body as delivered (full) or without its envelope (bare)',
            '--spelling', 'How the JSON is spelled: plain, provider or hard',
            '--edit', 'Open the body in $EDITOR first',
            '--seed', 'Use the same ids and times on every run',
            '--now', 'When the last event happened [default: now]',
            '--scheme', 'Sign as this provider does, or not at all (none)',
            '--secret-file', 'File with the secret, or - for stdin',
            '--show-secrets', 'Print secrets in full with --dry-run and --as',
            '--why', 'Find out why the endpoint rejects a signed delivery',
            '--scenario', 'Send a scenario; `events --scenarios` lists them',
            '--gap', 'Pause between two deliveries',
            '--order', 'The order: forward, reversed or shuffled',
            '--duplicates', 'Repeat each delivery N more times',
            '--keep-going', 'Do not stop at the first rejected delivery',
            '--retry', 'Retry rejected deliveries as the provider does',
            '--time-scale', 'Divide retry waits by N',
            '--count', 'Number of deliveries, each with fresh ids',
            '--duration', 'How long to keep sending',
            '--concurrency', 'Number of connections [default: 10]',
            '--rate', 'Deliveries per second: 50/s, 300/m',
            '--dry-run', 'Print the requests; send nothing',
            '--as', 'Print them as curl, hurl, http, har, k6, locust, vegeta',
            '--expect', 'Expected answer: 401, 4xx, refused, accepted',
            '-v', 'Also print requests and responses',
            '--verbose', 'Also print requests and responses',
            '-q', 'Print only what is wrong',
            '--quiet', 'Print only what is wrong',
            '--format', 'Print as human, json or junit',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'listen' = @(
            '--bind', 'The address to listen on [default: 127.0.0.1]',
            '--host', 'Also accept this host, such as a tunnel''s',
            '--path', 'Accept deliveries to this path only',
            '--scheme', 'Verify signatures as this provider does, or none',
            '--secret-file', 'File with the secret, or - for stdin',
            '--max-body', 'The largest body to accept, in bytes',
            '--strict', 'Answer bad deliveries with 401, 400 or 422',
            '--answer', 'Answer with this status [default: 200]',
            '--answer-body', 'Answer with the contents of this file',
            '--answer-header', 'Add this header to the answer',
            '--delay', 'Wait this long before answering',
            '--fail-first', 'Fail the first N deliveries, then succeed',
            '--fail-rate', 'Fail this fraction of deliveries, such as 0.3',
            '--reset', 'Reset the connection instead of answering',
            '--seed', 'Fail the same deliveries on every run',
            '--forward', 'Forward deliveries and relay the answer',
            '--forward-timeout', 'How long to wait for that answer',
            '--allow-remote', 'Forward to other hosts than this machine',
            '--insecure', 'Accept any certificate of the target',
            '--until', 'Stop when this event has arrived',
            '--count', 'Stop after N deliveries',
            '--deadline', 'Stop after this time',
            '--journal', 'Record every delivery in this file before answering',
            '--sync', 'Answer once a delivery is on disk (each) or written (none)',
            '--keep-secrets', 'Record secrets as they are, instead of stars',
            '--filter', 'Show only these events, as in ''INVOICE_*''',
            '--body', 'Show bodies full, folded, changed or none',
            '-v', 'Show all of each request and its answer',
            '--verbose', 'Show all of each request and its answer',
            '-q', 'Show only what is wrong',
            '--quiet', 'Show only what is wrong',
            '--inspect', 'Show deliveries on a page too; a free port by default',
            '--inspect-keep', 'Keep this many deliveries for the page',
            '--inspect-bind', 'The address of the page [default: 127.0.0.1]',
            '--inspect-host', 'Also accept this host for the page, such as a container''s',
            '--open', 'Open the page in the browser',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'log' = @(
            '--order', 'Only deliveries about this order',
            '--event', 'Only these events, as in ''INVOICE_*''',
            '--invalid', 'Only with a wrong or missing signature or an invalid body',
            '--rule', 'Only with a finding of this rule, as in paid-short or ''paid-*''',
            '--failed', 'Only deliveries that were not accepted, or not answered',
            '--since', 'Only since a time or for a duration: 2h, 09:30, 2026-11-21',
            '--last', 'Only the last N of those selected',
            '--grep', 'Only with this text in the body, the path or a header',
            '--diff', 'Show what changed between two deliveries, field by field',
            '--history', 'Show an order''s deliveries and what changed from each to the next',
            '--scheme', 'Verify as this provider does',
            '--secret-file', 'File with the secret, or - for stdin, to verify signatures again',
            '-f', 'Wait for more deliveries',
            '--follow', 'Wait for more deliveries',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'inspect' = @(
            '--port', 'The port of the page; any free one by default',
            '--to', 'Where deliveries can be sent from the page',
            '--allow-remote', 'Send to other hosts than this machine',
            '--scheme', 'Verify and sign as this provider does',
            '--secret-file', 'File with the secret, or - for stdin',
            '--inspect-keep', 'Keep this many deliveries for the page',
            '--inspect-bind', 'The address of the page [default: 127.0.0.1]',
            '--inspect-host', 'Also accept this host for the page, such as a container''s',
            '--open', 'Open the page in the browser',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'replay' = @(
            '--only', 'Only these events, as in ''INVOICE_*''',
            '--id', 'Only this delivery: its number in `log`, or an id',
            '--failed', 'Only deliveries that were not accepted when captured',
            '--since', 'Only since a time or for a duration: 2h, 09:30, 2026-11-21',
            '--last', 'Only the last N of those selected',
            '--edit', 'Open the body in $EDITOR first, if one delivery is selected',
            '--to', 'URL, host, host:port, :port or port',
            '--allow-remote', 'Allow targets that are not this machine',
            '-H', 'Add a header, or replace one of the same name',
            '--header', 'Add a header, or replace one of the same name',
            '--timeout', 'How long to wait for a response [default: the provider''s own]',
            '--insecure', 'Accept any certificate',
            '--cacert', 'Trust only certificates signed by those in this file (PEM)',
            '--as-captured', 'Send the captured bytes and headers unchanged',
            '--scheme', 'Sign as this provider does, or not at all (none)',
            '--secret-file', 'File with the secret, or - for stdin',
            '--show-secrets', 'Print secrets in full with --dry-run and --as',
            '--why', 'Find out why the endpoint rejects a signed delivery',
            '--speed', 'How fast: original, 10x or max',
            '--gap', 'Pause between two deliveries',
            '--order', 'The order: forward, reversed or shuffled',
            '--duplicates', 'Repeat each delivery N more times',
            '--keep-going', 'Do not stop at the first rejected delivery',
            '--retry', 'Retry rejected deliveries as the provider does',
            '--time-scale', 'Divide retry waits by N',
            '--dry-run', 'Print the requests; send nothing',
            '--as', 'Print them as curl, hurl, http, har, k6, locust, vegeta',
            '--expect', 'Expected answer: 401, 4xx, refused, accepted',
            '-v', 'Also print requests and responses',
            '--verbose', 'Also print requests and responses',
            '-q', 'Print only what is wrong',
            '--quiet', 'Print only what is wrong',
            '--format', 'Print as human, json or junit',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'test' = @(
            '--skip', 'Leave out these cases. Can be repeated',
            '--list', 'List the cases and what each needs',
            '--events', 'Events that the endpoint handles, separated by commas',
            '--to', 'URL, host, host:port, :port or port',
            '--allow-remote', 'Allow targets that are not this machine',
            '-H', 'Add a header, or replace one of the same name',
            '--header', 'Add a header, or replace one of the same name',
            '--timeout', 'How long to wait for a response [default: the provider''s own]',
            '--insecure', 'Accept any certificate',
            '--cacert', 'Trust only certificates signed by those in this file (PEM)',
            '--provider', 'Whose webhooks the endpoint handles [default: the one with a secret]',
            '--secret-file', 'File with the secret, or - for stdin',
            '--order', 'Makes an order: a URL that gets a POST, or a shell command',
            '--state', 'Shows an order: a URL with {order} in it, or a shell command',
            '--paid', 'What the state of a paid order looks like: /status=paid',
            '--ignore', 'A part of the state that does not count: /log. Can be repeated',
            '--break', 'Shell command that takes the shop''s database away',
            '--mend', 'Shell command that gives the database back',
            '--secret-env', 'The variable in which COMMAND gets the secret',
            '--ready-timeout', 'How long COMMAND may take until it accepts connections [default: 30s]',
            '--strict', 'Count advice marked * as failure',
            '--silent-refusal', 'The endpoint answers forgeries with 2xx on purpose: without --state they are inconclusive',
            '--baseline', 'File with known failures, which do not fail the run',
            '--update-baseline', 'Write the failures of this run to the baseline',
            '--seed', 'Use the same ids, times and choices on every run',
            '--jobs', 'How many cases run at the same time [default: 8 where orders can be made, else 1]',
            '--format', 'Output format',
            '-o', 'Write the report to this file',
            '--output', 'Write the report to this file',
            '--save', 'Keep the deliveries of failed cases in this folder, for replay',
            '-v', 'List passed cases too, and show the deliveries of failed ones as curl commands',
            '--verbose', 'List passed cases too, and show the deliveries of failed ones as curl commands',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'validate' = @(
            '--no-ignore', 'Read all of a folder',
            '--event', 'Check every body as this event',
            '--provider', 'Recognise only bodies of this provider',
            '--deny', 'Treat these rules, or all `warnings`, as errors',
            '--warn', 'Treat these rules as warnings',
            '--allow', 'Turn these rules off',
            '--format', 'Output format',
            '-o', 'Write the results to this file',
            '--output', 'Write the results to this file',
            '-v', 'Show every finding, and name the valid bodies too',
            '--verbose', 'Show every finding, and name the valid bodies too',
            '-q', 'Show only the summary',
            '--quiet', 'Show only the summary',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'verify' = @(
            '-H', 'A header of the delivery, as in ''Sign: 3d02…''',
            '--header', 'A header of the delivery, as in ''Sign: 3d02…''',
            '--signature', 'The value of the provider''s signature header',
            '--provider', 'Who sent it [default: detected]',
            '--scheme', 'Verify as this provider does',
            '--secret-file', 'File with the secret, or - for stdin',
            '--show-signature', 'Print the right signature of what is not valid',
            '--example', 'Print the right check in node, python, php or go',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'events' = @(
            '--provider', 'List only this provider''s',
            '--scenarios', 'List scenarios instead of events',
            '--sample', 'Print only the sample',
            '--schema', 'Print only the JSON Schema of the full form',
            '--form', 'Form: full (as delivered) or bare (without its envelope)',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'explain' = @(
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'init' = @(
            '--provider', 'Whose webhooks your endpoint handles',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'config' = @(
            '--deny', 'Treat these rules, or all `warnings`, as errors',
            '--warn', 'Treat these rules as warnings',
            '--allow', 'Turn these rules off',
            '--all', 'Also list lint rules that have their built-in level',
            '--example', 'Print a commented example of inqud-hook.toml',
            '--format', 'Print the results as human or json',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'completions' = @(
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'man' = @(
            '--dir', 'Write all pages to this folder instead',
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
        'help' = @(
            '--config', 'Configuration file [default: the nearest inqud-hook.toml]',
            '--env-file', 'File with variables, such as .env',
            '--catalog', 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]',
            '--color', 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]',
            '-h', 'Print help',
            '--help', 'Print help'
        )
    }
    $values = @{
        '' = @(
            'send', 'Send signed sample events, scenarios, or your own body',
            'listen', 'Receive deliveries; verify, validate and show them',
            'log', 'Search recorded deliveries, show one, or compare two',
            'inspect', 'Show recorded deliveries on a page',
            'replay', 'Send captured deliveries again',
            'test', 'Attack an endpoint with right and wrong deliveries, and judge it',
            'validate', 'Check captured bodies against the event schemas',
            'verify', 'Check signatures of captured deliveries, and say why one is wrong',
            'events', 'List the known events, or show one of them',
            'explain', 'Explain a lint rule or a test case, or list them',
            'init', 'Write a commented inqud-hook.toml into this folder',
            'config', 'Show all settings and where each comes from',
            'completions', 'Print a completion script for a shell',
            'man', 'Print a manual page, or write all of them to a folder',
            'help', 'Print the help of a command'
        )
        ' --config' = @()
        ' --env-file' = @()
        ' --catalog' = @()
        ' --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'send' = $events
        'send --to' = @()
        'send -H' = @()
        'send --header' = @()
        'send --timeout' = @()
        'send --cacert' = @()
        'send --order-id' = @()
        'send --amount' = @()
        'send --currency' = @()
        'send --set' = @()
        'send --set-all' = @()
        'send --unset' = @()
        'send --body' = @()
        'send --form' = @(
            'full', 'full',
            'bare', 'bare'
        )
        'send --spelling' = @(
            'plain', 'plain',
            'provider', 'provider',
            'hard', 'hard'
        )
        'send --seed' = @()
        'send --now' = @()
        'send --scheme' = $schemes
        'send --secret-file' = @()
        'send --scenario' = $scenarios
        'send --gap' = @()
        'send --order' = @(
            'forward', 'forward',
            'reversed', 'reversed',
            'shuffled', 'shuffled'
        )
        'send --duplicates' = @()
        'send --time-scale' = @()
        'send --count' = @()
        'send --duration' = @()
        'send --concurrency' = @()
        'send --rate' = @()
        'send --as' = @(
            'http', 'http',
            'curl', 'curl',
            'hurl', 'hurl',
            'k6', 'k6',
            'locust', 'locust',
            'vegeta', 'vegeta',
            'har', 'har'
        )
        'send --expect' = @()
        'send --format' = @(
            'human', 'human',
            'json', 'json',
            'junit', 'junit'
        )
        'send --config' = @()
        'send --env-file' = @()
        'send --catalog' = @()
        'send --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'listen' = @()
        'listen --bind' = @()
        'listen --host' = @()
        'listen --path' = @()
        'listen --scheme' = $schemes
        'listen --secret-file' = @()
        'listen --max-body' = @()
        'listen --answer' = @()
        'listen --answer-body' = @()
        'listen --answer-header' = @()
        'listen --delay' = @()
        'listen --fail-first' = @()
        'listen --fail-rate' = @()
        'listen --seed' = @()
        'listen --forward' = @()
        'listen --forward-timeout' = @()
        'listen --until' = $events
        'listen --count' = @()
        'listen --deadline' = @()
        'listen --journal' = @()
        'listen --sync' = @(
            'each', 'each',
            'none', 'none'
        )
        'listen --filter' = $events
        'listen --body' = @(
            'full', 'full',
            'folded', 'folded',
            'changed', 'changed',
            'none', 'none'
        )
        'listen --inspect' = @()
        'listen --inspect-keep' = @()
        'listen --inspect-bind' = @()
        'listen --inspect-host' = @()
        'listen --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'listen --config' = @()
        'listen --env-file' = @()
        'listen --catalog' = @()
        'listen --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'log' = @()
        'log --order' = @()
        'log --event' = $events
        'log --rule' = @()
        'log --since' = @()
        'log --last' = @()
        'log --grep' = @()
        'log --diff' = @()
        'log --history' = @()
        'log --scheme' = $schemes
        'log --secret-file' = @()
        'log --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'log --config' = @()
        'log --env-file' = @()
        'log --catalog' = @()
        'log --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'inspect' = @()
        'inspect --port' = @()
        'inspect --to' = @()
        'inspect --scheme' = $schemes
        'inspect --secret-file' = @()
        'inspect --inspect-keep' = @()
        'inspect --inspect-bind' = @()
        'inspect --inspect-host' = @()
        'inspect --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'inspect --config' = @()
        'inspect --env-file' = @()
        'inspect --catalog' = @()
        'inspect --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'replay' = @()
        'replay --only' = $events
        'replay --id' = @()
        'replay --since' = @()
        'replay --last' = @()
        'replay --to' = @()
        'replay -H' = @()
        'replay --header' = @()
        'replay --timeout' = @()
        'replay --cacert' = @()
        'replay --scheme' = $schemes
        'replay --secret-file' = @()
        'replay --speed' = @()
        'replay --gap' = @()
        'replay --order' = @(
            'forward', 'forward',
            'reversed', 'reversed',
            'shuffled', 'shuffled'
        )
        'replay --duplicates' = @()
        'replay --time-scale' = @()
        'replay --as' = @(
            'http', 'http',
            'curl', 'curl',
            'hurl', 'hurl',
            'k6', 'k6',
            'locust', 'locust',
            'vegeta', 'vegeta',
            'har', 'har'
        )
        'replay --expect' = @()
        'replay --format' = @(
            'human', 'human',
            'json', 'json',
            'junit', 'junit'
        )
        'replay --config' = @()
        'replay --env-file' = @()
        'replay --catalog' = @()
        'replay --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'test' = $cases
        'test --skip' = $cases
        'test --events' = @()
        'test --to' = @()
        'test -H' = @()
        'test --header' = @()
        'test --timeout' = @()
        'test --cacert' = @()
        'test --provider' = $providers
        'test --secret-file' = @()
        'test --order' = @()
        'test --state' = @()
        'test --paid' = @()
        'test --ignore' = @()
        'test --break' = $commands
        'test --mend' = $commands
        'test --secret-env' = @()
        'test --ready-timeout' = @()
        'test --baseline' = @()
        'test --seed' = @()
        'test --jobs' = @()
        'test --format' = @(
            'human', 'Findings, a table and a sentence',
            'json', 'NDJSON, one object per line',
            'junit', 'JUnit XML, one test case per case',
            'sarif', 'SARIF 2.1.0, for code scanning',
            'github', 'Annotations for GitHub Actions',
            'html', 'One page for a browser'
        )
        'test -o' = @()
        'test --output' = @()
        'test --save' = @()
        'test --config' = @()
        'test --env-file' = @()
        'test --catalog' = @()
        'test --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'validate' = @()
        'validate --event' = $events
        'validate --provider' = $providers
        'validate --deny' = $rules_or_warnings
        'validate --warn' = $rules_or_warnings
        'validate --allow' = $rules_or_warnings
        'validate --format' = @(
            'human', 'Code frames and a summary',
            'json', 'NDJSON, one object per line',
            'sarif', 'SARIF 2.1.0, for code scanning',
            'github', 'Annotations for GitHub Actions',
            'junit', 'JUnit XML, one test case per body'
        )
        'validate -o' = @()
        'validate --output' = @()
        'validate --config' = @()
        'validate --env-file' = @()
        'validate --catalog' = @()
        'validate --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'verify' = @()
        'verify -H' = @()
        'verify --header' = @()
        'verify --signature' = @()
        'verify --provider' = $providers
        'verify --scheme' = $schemes
        'verify --secret-file' = @()
        'verify --example' = @(
            'node', 'node',
            'python', 'python',
            'php', 'php',
            'go', 'go'
        )
        'verify --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'verify --config' = @()
        'verify --env-file' = @()
        'verify --catalog' = @()
        'verify --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'events' = $events
        'events --provider' = $providers
        'events --form' = @(
            'full', 'full',
            'bare', 'bare'
        )
        'events --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'events --config' = @()
        'events --env-file' = @()
        'events --catalog' = @()
        'events --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'explain' = $topics
        'explain --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'explain --config' = @()
        'explain --env-file' = @()
        'explain --catalog' = @()
        'explain --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'init' = @()
        'init --provider' = $providers
        'init --config' = @()
        'init --env-file' = @()
        'init --catalog' = @()
        'init --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'config' = @()
        'config --deny' = $rules_or_warnings
        'config --warn' = $rules_or_warnings
        'config --allow' = $rules_or_warnings
        'config --format' = @(
            'human', 'human',
            'json', 'json'
        )
        'config --config' = @()
        'config --env-file' = @()
        'config --catalog' = @()
        'config --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'completions' = @(
            'bash', 'bash',
            'elvish', 'elvish',
            'fish', 'fish',
            'powershell', 'powershell',
            'zsh', 'zsh'
        )
        'completions --config' = @()
        'completions --env-file' = @()
        'completions --catalog' = @()
        'completions --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'man' = $commands
        'man --dir' = @()
        'man --config' = @()
        'man --env-file' = @()
        'man --catalog' = @()
        'man --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
        'help' = $commands
        'help --config' = @()
        'help --env-file' = @()
        'help --catalog' = @()
        'help --color' = @(
            'auto', 'auto',
            'always', 'always',
            'never', 'never'
        )
    }
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $command = ''
    foreach ($word in $words) {
        if ($command -eq '' -and $flags.ContainsKey($word)) { $command = $word }
    }
    $place = "$command $($words[-1])"
    if ($values.ContainsKey($place)) {
        $wanted = $values[$place]
    } elseif ($wordToComplete.StartsWith('-')) {
        $wanted = $flags[$command]
    } else {
        $wanted = $values[$command]
    }
    for ($i = 0; $i -lt $wanted.Count; $i += 2) {
        if ($wanted[$i].StartsWith($wordToComplete, [StringComparison]::OrdinalIgnoreCase)) {
            [CompletionResult]::new($wanted[$i], $wanted[$i], [CompletionResultType]::ParameterValue, $wanted[$i + 1])
        }
    }
}
