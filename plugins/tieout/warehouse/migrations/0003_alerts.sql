-- What people are told when a check fails: what each recipient knows of each cause, and the messages on their way.
create table ops.alert_causes (
    cause_key text not null,
    recipient text not null,
    kind text not null check (kind in ('run_failed', 'deadline_missed', 'gate', 'source_missing', 'exceptions')),
    subject text[] not null,
    code text not null,
    owner text not null,
    told jsonb not null,
    raised_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    cleared_at timestamptz,
    primary key (cause_key, recipient)
);
comment on table ops.alert_causes is 'What a recipient was told of a cause; a message is due only for what is not in here or got worse.';
comment on column ops.alert_causes.subject is 'What the cause is about: a DAG, a gate and stream, a source, a code and owner.';
comment on column ops.alert_causes.told is 'JSON object: exception, day, rule or business date -> [severity, amount, mark] as it was told.';
comment on column ops.alert_causes.cleared_at is 'When the cause was over; null: it is open.';

create table ops.alert_messages (
    message_id bigint generated always as identity primary key,
    recipient text not null,
    event text not null check (event in ('raised', 'changed', 'cleared', 'summary')),
    cause_keys text[] not null,
    severity text,
    language text not null,
    title text not null,
    body text not null,
    created_at timestamptz not null default now(),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    last_error text,
    arrived text[] not null default '{}',
    sent_at timestamptz
);
comment on table ops.alert_messages is 'The outbox: a message stays until every channel of its recipient has taken it.';
comment on column ops.alert_messages.body is 'Markdown that reads well as plain text, too.';
comment on column ops.alert_messages.arrived is 'Of a recipient with several channels: those that have taken the message, by place and kind.';
create index on ops.alert_messages (recipient, message_id) where sent_at is null;
