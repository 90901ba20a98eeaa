-- What a build has touched: the next models make anew only what that reaches.
create schema changes;
comment on schema changes is 'What the build of today has changed, and the build that it began with.';

create table changes.base (
    fingerprint text not null,
    state text not null,
    as_of date not null,
    row_count bigint not null
);
comment on table changes.base is 'One row: what the models in this database were built of last, or are being built of.';
comment on column changes.base.fingerprint is 'The models, macros and seeds that were built.';
comment on column changes.base.state is 'anew (being built from nothing), updated (being brought up to date) or complete.';
comment on column changes.base.row_count is 'Rows of the deliveries that were built.';

create table changes.keys (
    key text not null,
    value text not null
);
comment on table changes.keys is 'What the rows that came, went or changed touch: orders (or those paid together), transactions.';

create table changes.relations (
    name text not null
);
comment on table changes.relations is 'The models of which any row came, went or changed, as schema.name.';

create table changes.due (
    model text not null,
    value text not null
);
comment on table changes.due is
    'Orders of whose rows in a model some will be others at a later date, though nothing comes; an empty one of each model.';
