-- Issuer and subject at the company's identity provider, from the first sign-in through it: addresses are given to others, subjects are not.
alter table app_user add column identity_key text;
