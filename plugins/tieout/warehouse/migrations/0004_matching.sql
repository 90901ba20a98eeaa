-- What is searched for outside SQL: written between the intermediate models that name candidates and those that use it.
create schema matching;
comment on schema matching is 'Exact covering sets of payouts and bank credits: searched by the package, read by the models.';

create table matching.payout_sets (
    target_type text not null,
    target_key text not null,
    outcome text not null,
    set_number integer not null,
    member_type text not null,
    member_key text not null,
    primary key (target_type, target_key, set_number, member_type, member_key)
);
comment on table matching.payout_sets is
    'One row per amount that was searched for, set that comes to it, and member of the set.';
comment on column matching.payout_sets.target_type is 'bank_line or payout: whose amount it is.';
comment on column matching.payout_sets.outcome is
    'taken, several, contested (its only set is needed by another too) or chance (sets come to any amount).';
comment on column matching.payout_sets.member_type is 'payout, batch (a negative settlement batch) or bank_line.';
