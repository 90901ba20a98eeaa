-- Which candidate stands where, so that an engine beside the warehouse can hand over no more than what has changed.
create table changes.contents (
    place text primary key,
    candidate_id text not null
);
comment on table changes.contents is 'Whose rows stand in a place; of one that has no row it is not known.';
comment on column changes.contents.place is
    'candidate, published, or layers (what is read of a build besides: in staging, intermediate, marts).';
comment on column changes.contents.candidate_id is 'The candidate with which these rows were laid out.';

create schema candidate_changes;
comment on schema candidate_changes is
    'By which rows a table of the candidate differs from what is published, where it is not laid out as a whole.';
