BEGIN TRANSACTION;
CREATE TABLE activity (
	member_id INTEGER NOT NULL, 
	local_date DATE NOT NULL, 
	acts INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_activity PRIMARY KEY (member_id, local_date), 
	CONSTRAINT fk_activity_member_id FOREIGN KEY(member_id) REFERENCES members (id)
);
CREATE TABLE acts (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	member_id INTEGER, 
	at DATETIME NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	back JSON NOT NULL, 
	undone_at DATETIME, 
	CONSTRAINT pk_acts PRIMARY KEY (id), 
	CONSTRAINT fk_acts_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_acts_member_id FOREIGN KEY(member_id) REFERENCES members (id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0017');
CREATE TABLE answer_peeks (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_answer_peeks PRIMARY KEY (id), 
	CONSTRAINT fk_answer_peeks_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT uq_answer_peeks_member_id_item_id UNIQUE (member_id, item_id)
);
CREATE TABLE answers (
	id INTEGER NOT NULL, 
	round_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	consent TEXT DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	locked_at DATETIME, 
	looks INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT fk_answers_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_answers_round_id FOREIGN KEY(round_id) REFERENCES rounds (id), 
	CONSTRAINT uq_answers_round_id_member_id UNIQUE (round_id, member_id)
);
CREATE TABLE ballots (
	id INTEGER NOT NULL, 
	round_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	steps INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_ballots PRIMARY KEY (id), 
	CONSTRAINT fk_ballots_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_ballots_round_id FOREIGN KEY(round_id) REFERENCES rounds (id), 
	CONSTRAINT uq_ballots_round_id_member_id UNIQUE (round_id, member_id)
);
CREATE TABLE beginnings (
	id INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_beginnings PRIMARY KEY (id), 
	CONSTRAINT uq_beginnings_digest UNIQUE (digest)
);
CREATE TABLE breaks (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	first_date DATE NOT NULL, 
	last_date DATE NOT NULL, 
	CONSTRAINT pk_breaks PRIMARY KEY (id), 
	CONSTRAINT fk_breaks_member_id FOREIGN KEY(member_id) REFERENCES members (id)
);
CREATE TABLE challenges (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	member_id INTEGER NOT NULL, 
	why TEXT DEFAULT '' NOT NULL, 
	outcome TEXT DEFAULT '' NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_challenges PRIMARY KEY (id), 
	CONSTRAINT fk_challenges_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_challenges_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT uq_challenges_group_id_item_id_member_id UNIQUE (group_id, item_id, member_id)
);
CREATE TABLE codes (
	id INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	purpose TEXT DEFAULT '' NOT NULL, 
	group_id INTEGER, 
	identity_id INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_codes PRIMARY KEY (id), 
	CONSTRAINT fk_codes_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_codes_identity_id FOREIGN KEY(identity_id) REFERENCES identities (id), 
	CONSTRAINT uq_codes_digest UNIQUE (digest)
);
CREATE TABLE comparisons (
	id INTEGER NOT NULL, 
	round_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	low_id INTEGER NOT NULL, 
	high_id INTEGER NOT NULL, 
	winner_id INTEGER, 
	shown_at DATETIME NOT NULL, 
	CONSTRAINT pk_comparisons PRIMARY KEY (id), 
	CONSTRAINT fk_comparisons_high_id FOREIGN KEY(high_id) REFERENCES answers (id), 
	CONSTRAINT fk_comparisons_low_id FOREIGN KEY(low_id) REFERENCES answers (id), 
	CONSTRAINT fk_comparisons_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_comparisons_round_id FOREIGN KEY(round_id) REFERENCES rounds (id), 
	CONSTRAINT fk_comparisons_winner_id FOREIGN KEY(winner_id) REFERENCES answers (id), 
	CONSTRAINT uq_comparisons_member_id_low_id_high_id UNIQUE (member_id, low_id, high_id)
);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	destination TEXT DEFAULT '' NOT NULL, 
	"key" TEXT DEFAULT '' NOT NULL, 
	platform TEXT DEFAULT '' NOT NULL, 
	place_id INTEGER, 
	identity_id INTEGER, 
	state TEXT DEFAULT '' NOT NULL, 
	next_at DATETIME, 
	first_try_at DATETIME, 
	owner TEXT DEFAULT '' NOT NULL, 
	lease_until DATETIME, 
	attempt INTEGER DEFAULT '0' NOT NULL, 
	message JSON, 
	sent_at DATETIME, 
	revision INTEGER DEFAULT '0' NOT NULL, 
	wanted_revision INTEGER DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, under TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_deliveries_identity_id FOREIGN KEY(identity_id) REFERENCES identities (id), 
	CONSTRAINT fk_deliveries_place_id FOREIGN KEY(place_id) REFERENCES places (id), 
	CONSTRAINT uq_deliveries_subject_kind_destination UNIQUE (subject, kind, destination)
);
CREATE TABLE drafts (
	id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT fk_drafts_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT uq_drafts_member_id_subject UNIQUE (member_id, subject)
);
CREATE TABLE facts (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (name)
);
CREATE TABLE group_weeks (
	group_id INTEGER NOT NULL, 
	bucket TEXT NOT NULL, 
	points FLOAT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_group_weeks PRIMARY KEY (group_id, bucket), 
	CONSTRAINT fk_group_weeks_group_id FOREIGN KEY(group_id) REFERENCES groups (id)
);
CREATE TABLE "groups" (
	id INTEGER NOT NULL, 
	name TEXT DEFAULT ('') NOT NULL, 
	zone TEXT DEFAULT ('') NOT NULL, 
	at_minute INTEGER NOT NULL, 
	weekdays INTEGER NOT NULL, 
	tone TEXT DEFAULT ('') NOT NULL, 
	topics JSON NOT NULL, 
	answer_limit INTEGER DEFAULT '2000' NOT NULL, 
	answers_minutes INTEGER, 
	votes_minutes INTEGER, 
	state TEXT DEFAULT ('') NOT NULL, 
	last_date DATE, 
	next_at DATETIME, 
	warned_at DATETIME, 
	created_at DATETIME NOT NULL, 
	quiz_seconds INTEGER DEFAULT '45' NOT NULL, 
	digest BOOLEAN DEFAULT 1 NOT NULL, 
	digest_week TEXT DEFAULT ('') NOT NULL, 
	shared_at DATETIME, 
	retention_days INTEGER, 
	invited_only BOOLEAN DEFAULT 0 NOT NULL, 
	pairs_mocks BOOLEAN DEFAULT 0 NOT NULL, days_off TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_groups PRIMARY KEY (id)
);
CREATE TABLE identities (
	id INTEGER NOT NULL, 
	platform TEXT DEFAULT '' NOT NULL, 
	tenant TEXT DEFAULT '' NOT NULL, 
	user TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	person_id INTEGER NOT NULL, 
	CONSTRAINT pk_identities PRIMARY KEY (id), 
	CONSTRAINT fk_identities_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT uq_identities_platform_tenant_user UNIQUE (platform, tenant, user)
);
CREATE TABLE installations (
	id INTEGER NOT NULL, 
	platform TEXT DEFAULT '' NOT NULL, 
	tenant TEXT DEFAULT '' NOT NULL, 
	user TEXT DEFAULT '' NOT NULL, 
	data JSON NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_installations PRIMARY KEY (id), 
	CONSTRAINT uq_installations_platform_tenant_user UNIQUE (platform, tenant, user)
);
CREATE TABLE item_levels (
	id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	answers INTEGER DEFAULT '0' NOT NULL, 
	level INTEGER, 
	doubtful BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_item_levels PRIMARY KEY (id), 
	CONSTRAINT uq_item_levels_item_id UNIQUE (item_id)
);
CREATE TABLE ledger (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	group_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	topic TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	points INTEGER NOT NULL, 
	local_date DATE NOT NULL, 
	at DATETIME NOT NULL, 
	reverses INTEGER, board TEXT DEFAULT 'points' NOT NULL, out_of INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_ledger PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_ledger_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_ledger_reverses FOREIGN KEY(reverses) REFERENCES ledger (id), 
	CONSTRAINT uq_ledger_key UNIQUE ("key")
);
CREATE TABLE links (
	id INTEGER NOT NULL, 
	code_id INTEGER NOT NULL, 
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	asked_at DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	settled_at DATETIME, 
	CONSTRAINT pk_links PRIMARY KEY (id), 
	CONSTRAINT fk_links_code_id FOREIGN KEY(code_id) REFERENCES codes (id), 
	CONSTRAINT fk_links_first_id FOREIGN KEY(first_id) REFERENCES identities (id), 
	CONSTRAINT fk_links_second_id FOREIGN KEY(second_id) REFERENCES identities (id), 
	CONSTRAINT uq_links_code_id UNIQUE (code_id)
);
CREATE TABLE members (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	canonical_id INTEGER, 
	name TEXT DEFAULT '' NOT NULL, 
	pseudonym TEXT DEFAULT '' NOT NULL, 
	naming TEXT DEFAULT '' NOT NULL, 
	consent TEXT DEFAULT '' NOT NULL, 
	organiser BOOLEAN DEFAULT 0 NOT NULL, 
	sample BOOLEAN DEFAULT 0 NOT NULL, 
	reminders BOOLEAN DEFAULT 0 NOT NULL, 
	break_until DATE, 
	joined_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	left_at DATETIME, 
	barred_at DATETIME, 
	onboarded INTEGER DEFAULT '0' NOT NULL, goal INTEGER DEFAULT '3' NOT NULL, blanked_at DATETIME, break_from DATE, 
	CONSTRAINT pk_members PRIMARY KEY (id), 
	CONSTRAINT fk_members_canonical_id FOREIGN KEY(canonical_id) REFERENCES members (id), 
	CONSTRAINT fk_members_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_members_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT uq_members_group_id_person_id UNIQUE (group_id, person_id)
);
CREATE TABLE mock_forms (
	id INTEGER NOT NULL, 
	mock_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	scores JSON, 
	first TEXT DEFAULT '' NOT NULL, 
	second TEXT DEFAULT '' NOT NULL, 
	sent_at DATETIME NOT NULL, 
	released_at DATETIME, 
	chosen_at DATETIME, 
	CONSTRAINT pk_mock_forms PRIMARY KEY (id), 
	CONSTRAINT fk_mock_forms_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_mock_forms_mock_id FOREIGN KEY(mock_id) REFERENCES mocks (id), 
	CONSTRAINT uq_mock_forms_mock_id_member_id UNIQUE (mock_id, member_id)
);
CREATE TABLE mock_pairs (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	week TEXT DEFAULT '' NOT NULL, 
	interviewer_id INTEGER NOT NULL, 
	candidate_id INTEGER NOT NULL, 
	observer_id INTEGER, 
	mock_id INTEGER, 
	state TEXT DEFAULT '' NOT NULL, 
	at DATETIME, 
	interviewer_waits_at DATETIME, 
	candidate_waits_at DATETIME, 
	created_at DATETIME NOT NULL, swap BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_mock_pairs PRIMARY KEY (id), 
	CONSTRAINT fk_mock_pairs_candidate_id FOREIGN KEY(candidate_id) REFERENCES members (id), 
	CONSTRAINT fk_mock_pairs_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_mock_pairs_interviewer_id FOREIGN KEY(interviewer_id) REFERENCES members (id), 
	CONSTRAINT fk_mock_pairs_mock_id FOREIGN KEY(mock_id) REFERENCES mocks (id), 
	CONSTRAINT fk_mock_pairs_observer_id FOREIGN KEY(observer_id) REFERENCES members (id), 
	CONSTRAINT uq_mock_pairs_group_id_week_candidate_id UNIQUE (group_id, week, candidate_id), 
	CONSTRAINT uq_mock_pairs_group_id_week_interviewer_id UNIQUE (group_id, week, interviewer_id)
);
CREATE TABLE mock_signups (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	week TEXT DEFAULT '' NOT NULL, 
	member_id INTEGER NOT NULL, 
	wanted BOOLEAN DEFAULT 0 NOT NULL, 
	evenings BOOLEAN DEFAULT 0 NOT NULL, 
	weekends BOOLEAN DEFAULT 0 NOT NULL, 
	missed BOOLEAN DEFAULT 0 NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_mock_signups PRIMARY KEY (id), 
	CONSTRAINT fk_mock_signups_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_mock_signups_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT uq_mock_signups_group_id_week_member_id UNIQUE (group_id, week, member_id)
);
CREATE TABLE mock_weeks (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	week TEXT DEFAULT '' NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	paired_at DATETIME, 
	next_at DATETIME, 
	CONSTRAINT pk_mock_weeks PRIMARY KEY (id), 
	CONSTRAINT fk_mock_weeks_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_mock_weeks_group_id_week UNIQUE (group_id, week)
);
CREATE TABLE mocks (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	asker_id INTEGER NOT NULL, 
	candidate_id INTEGER NOT NULL, 
	interviewer_id INTEGER, 
	observer_id INTEGER, 
	request TEXT DEFAULT '' NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	script JSON, 
	state TEXT DEFAULT '' NOT NULL, 
	part INTEGER DEFAULT '0' NOT NULL, 
	skipped JSON, 
	created_at DATETIME NOT NULL, 
	part_at DATETIME, 
	ended_at DATETIME, 
	next_at DATETIME, 
	CONSTRAINT pk_mocks PRIMARY KEY (id), 
	CONSTRAINT fk_mocks_asker_id FOREIGN KEY(asker_id) REFERENCES members (id), 
	CONSTRAINT fk_mocks_candidate_id FOREIGN KEY(candidate_id) REFERENCES members (id), 
	CONSTRAINT fk_mocks_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_mocks_interviewer_id FOREIGN KEY(interviewer_id) REFERENCES members (id), 
	CONSTRAINT fk_mocks_observer_id FOREIGN KEY(observer_id) REFERENCES members (id), 
	CONSTRAINT uq_mocks_request UNIQUE (request)
);
CREATE TABLE own_questions (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	member_id INTEGER, 
	state TEXT DEFAULT '' NOT NULL, 
	item JSON NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	request TEXT DEFAULT '' NOT NULL, 
	number INTEGER DEFAULT '0' NOT NULL, 
	decided_by INTEGER, 
	created_at DATETIME NOT NULL, 
	decided_at DATETIME, 
	CONSTRAINT pk_own_questions PRIMARY KEY (id), 
	CONSTRAINT fk_own_questions_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_own_questions_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_own_questions_decided_by FOREIGN KEY(decided_by) REFERENCES members (id), 
	CONSTRAINT uq_own_questions_request_number UNIQUE (request, number)
);
CREATE TABLE "people" (
	id INTEGER NOT NULL, 
	zone TEXT DEFAULT ('') NOT NULL, 
	created_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	interview_date DATE, 
	group_id INTEGER, 
	CONSTRAINT pk_people PRIMARY KEY (id), 
	CONSTRAINT fk_people_group_id FOREIGN KEY(group_id) REFERENCES groups (id)
);
CREATE TABLE "places" (
	id INTEGER NOT NULL, 
	platform TEXT DEFAULT ('') NOT NULL, 
	tenant TEXT DEFAULT ('') NOT NULL, 
	channel TEXT DEFAULT ('') NOT NULL, 
	name TEXT DEFAULT ('') NOT NULL, 
	group_id INTEGER, 
	paused_because TEXT DEFAULT ('') NOT NULL, 
	created_at DATETIME NOT NULL, 
	paused_at DATETIME, 
	told_at DATETIME, 
	threads BOOLEAN, 
	organiser_role TEXT DEFAULT ('') NOT NULL, door_role TEXT DEFAULT '' NOT NULL, pinged TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_places PRIMARY KEY (id), 
	CONSTRAINT fk_places_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_places_platform_tenant_channel UNIQUE (platform, tenant, channel)
);
CREATE TABLE players (
	id INTEGER NOT NULL, 
	quiz_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	joined_at DATETIME NOT NULL, 
	left_at DATETIME, 
	CONSTRAINT pk_players PRIMARY KEY (id), 
	CONSTRAINT fk_players_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_players_quiz_id FOREIGN KEY(quiz_id) REFERENCES quizzes (id), 
	CONSTRAINT uq_players_quiz_id_member_id UNIQUE (quiz_id, member_id)
);
CREATE TABLE question_days (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	local_date DATE NOT NULL, 
	CONSTRAINT pk_question_days PRIMARY KEY (id), 
	CONSTRAINT fk_question_days_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_question_days_group_id_local_date UNIQUE (group_id, local_date)
);
CREATE TABLE question_plans (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	day TEXT DEFAULT '' NOT NULL, 
	wanted JSON NOT NULL, 
	CONSTRAINT pk_question_plans PRIMARY KEY (id), 
	CONSTRAINT fk_question_plans_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_question_plans_group_id_day UNIQUE (group_id, day)
);
CREATE TABLE question_wishes (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_question_wishes PRIMARY KEY (id), 
	CONSTRAINT fk_question_wishes_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_question_wishes_group_id_item_id UNIQUE (group_id, item_id)
);
CREATE TABLE quizzes (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	place_id INTEGER, 
	member_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	request TEXT DEFAULT '' NOT NULL, 
	mode TEXT DEFAULT '' NOT NULL, 
	topic TEXT DEFAULT '' NOT NULL, 
	difficulty INTEGER, 
	seed INTEGER NOT NULL, 
	questions JSON NOT NULL, 
	position INTEGER DEFAULT '0' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	asked_at DATETIME, 
	deadline_at DATETIME, 
	next_at DATETIME, 
	ended_at DATETIME, 
	CONSTRAINT pk_quizzes PRIMARY KEY (id), 
	CONSTRAINT fk_quizzes_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_quizzes_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_quizzes_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT fk_quizzes_place_id FOREIGN KEY(place_id) REFERENCES places (id), 
	CONSTRAINT uq_quizzes_request UNIQUE (request)
);
CREATE TABLE reports (
	id INTEGER NOT NULL, 
	answer_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	outcome TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_reports PRIMARY KEY (id), 
	CONSTRAINT fk_reports_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id), 
	CONSTRAINT fk_reports_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT uq_reports_answer_id_member_id UNIQUE (answer_id, member_id)
);
CREATE TABLE requests (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_requests PRIMARY KEY (id), 
	CONSTRAINT uq_requests_key UNIQUE ("key")
);
CREATE TABLE responses (
	id INTEGER NOT NULL, 
	quiz_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	given JSON NOT NULL, 
	sealed BOOLEAN DEFAULT 0 NOT NULL, 
	changes INTEGER DEFAULT '0' NOT NULL, 
	score FLOAT, 
	correct BOOLEAN, 
	guessed BOOLEAN DEFAULT 0 NOT NULL, 
	"before" JSON, 
	took_ms INTEGER DEFAULT '0' NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_responses PRIMARY KEY (id), 
	CONSTRAINT fk_responses_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_responses_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT fk_responses_quiz_id FOREIGN KEY(quiz_id) REFERENCES quizzes (id), 
	CONSTRAINT uq_responses_quiz_id_position_member_id UNIQUE (quiz_id, position, member_id)
);
CREATE TABLE reviews (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	state JSON NOT NULL, 
	due_at DATETIME NOT NULL, 
	last_at DATETIME NOT NULL, 
	seen INTEGER DEFAULT '0' NOT NULL, 
	owed INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_reviews PRIMARY KEY (id), 
	CONSTRAINT fk_reviews_person_id FOREIGN KEY(person_id) REFERENCES people (id), 
	CONSTRAINT uq_reviews_person_id_item_id UNIQUE (person_id, item_id)
);
CREATE TABLE rounds (
	id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	local_date DATE NOT NULL, 
	slot INTEGER DEFAULT '0' NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	topic TEXT DEFAULT '' NOT NULL, 
	root TEXT DEFAULT '' NOT NULL, 
	question JSON NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closes_at DATETIME, 
	voting_at DATETIME, 
	votes_close_at DATETIME, 
	revealed_at DATETIME, 
	next_at DATETIME, 
	reminded_at DATETIME, 
	ballot TEXT DEFAULT '' NOT NULL, 
	finalists JSON, 
	result JSON, 
	CONSTRAINT pk_rounds PRIMARY KEY (id), 
	CONSTRAINT fk_rounds_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT uq_rounds_group_id_local_date_slot UNIQUE (group_id, local_date, slot)
);
CREATE TABLE standings (
	group_id INTEGER NOT NULL, 
	board TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	span TEXT NOT NULL, 
	bucket TEXT NOT NULL, 
	member_id INTEGER NOT NULL, 
	numerator FLOAT NOT NULL, 
	denominator FLOAT DEFAULT '0' NOT NULL, score FLOAT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_standings PRIMARY KEY (group_id, board, topic, span, bucket, member_id), 
	CONSTRAINT fk_standings_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_standings_member_id FOREIGN KEY(member_id) REFERENCES members (id)
);
CREATE TABLE streaks (
	member_id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	current INTEGER DEFAULT '0' NOT NULL, 
	best INTEGER DEFAULT '0' NOT NULL, 
	freezes INTEGER NOT NULL, 
	state JSON NOT NULL, 
	through DATE, 
	CONSTRAINT pk_streaks PRIMARY KEY (member_id), 
	CONSTRAINT fk_streaks_group_id FOREIGN KEY(group_id) REFERENCES groups (id), 
	CONSTRAINT fk_streaks_member_id FOREIGN KEY(member_id) REFERENCES members (id)
);
CREATE TABLE transcript (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	channel TEXT DEFAULT '' NOT NULL, 
	audience TEXT, 
	author TEXT DEFAULT '' NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	"key" TEXT, 
	slot TEXT DEFAULT '' NOT NULL, 
	at DATETIME NOT NULL, 
	edited_at DATETIME, 
	CONSTRAINT pk_transcript PRIMARY KEY (id), 
	CONSTRAINT uq_transcript_key UNIQUE ("key"), 
	CONSTRAINT uq_transcript_version UNIQUE (version)
);
CREATE TABLE tries (
	id INTEGER NOT NULL, 
	scope TEXT NOT NULL, 
	wrong JSON NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_tries PRIMARY KEY (id), 
	CONSTRAINT uq_tries_scope UNIQUE (scope)
);
CREATE TABLE typed_forms (
	id INTEGER NOT NULL, 
	viewer TEXT DEFAULT '' NOT NULL, 
	form TEXT DEFAULT '' NOT NULL, 
	fields JSON NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_typed_forms PRIMARY KEY (id), 
	CONSTRAINT uq_typed_forms_viewer_form UNIQUE (viewer, form)
);
CREATE TABLE votes (
	id INTEGER NOT NULL, 
	round_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	answer_id INTEGER NOT NULL, 
	helped BOOLEAN, 
	note TEXT DEFAULT '' NOT NULL, 
	shown_at DATETIME NOT NULL, 
	CONSTRAINT pk_votes PRIMARY KEY (id), 
	CONSTRAINT fk_votes_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id), 
	CONSTRAINT fk_votes_member_id FOREIGN KEY(member_id) REFERENCES members (id), 
	CONSTRAINT fk_votes_round_id FOREIGN KEY(round_id) REFERENCES rounds (id), 
	CONSTRAINT uq_votes_member_id_answer_id UNIQUE (member_id, answer_id)
);
CREATE INDEX ix_transcript_channel ON transcript (channel, version);
CREATE INDEX ix_transcript_slot ON transcript (audience, slot);
CREATE INDEX ix_identities_person_id ON identities (person_id);
CREATE INDEX ix_members_person_id ON members (person_id);
CREATE INDEX ix_rounds_next_at ON rounds (next_at);
CREATE INDEX ix_answers_member_id ON answers (member_id);
CREATE INDEX ix_deliveries_identity_id ON deliveries (identity_id);
CREATE INDEX ix_ledger_group_id ON ledger (group_id);
CREATE INDEX ix_ledger_member_id ON ledger (member_id);
CREATE INDEX ix_comparisons_high_id ON comparisons (high_id);
CREATE INDEX ix_comparisons_low_id ON comparisons (low_id);
CREATE INDEX ix_comparisons_round_id ON comparisons (round_id);
CREATE INDEX ix_votes_answer_id ON votes (answer_id);
CREATE INDEX ix_votes_round_id ON votes (round_id);
CREATE INDEX ix_reviews_due_at ON reviews (person_id, due_at);
CREATE INDEX ix_quizzes_group_id ON quizzes (group_id);
CREATE INDEX ix_quizzes_next_at ON quizzes (next_at);
CREATE INDEX ix_quizzes_person_id ON quizzes (person_id, state);
CREATE INDEX ix_responses_item_id ON responses (item_id);
CREATE INDEX ix_responses_person_id ON responses (person_id, item_id);
CREATE INDEX ix_breaks_member_id ON breaks (member_id);
CREATE INDEX ix_streaks_board ON streaks (group_id, current, member_id);
CREATE INDEX ix_deliveries_place_id ON deliveries (place_id);
CREATE INDEX ix_members_seen_at ON members (group_id, seen_at);
CREATE INDEX ix_members_off_boards ON members (group_id) WHERE left_at IS NOT NULL OR barred_at IS NOT NULL OR canonical_id IS NOT NULL OR naming = 'out';
CREATE INDEX ix_standings_board ON standings (group_id, board, topic, span, bucket, score, member_id);
CREATE INDEX ix_codes_identity_id ON codes (identity_id);
CREATE INDEX ix_links_first_id ON links (first_id);
CREATE INDEX ix_links_second_id ON links (second_id);
CREATE INDEX ix_places_group_id ON places (group_id);
CREATE INDEX ix_own_questions_group_id ON own_questions (group_id, state);
CREATE INDEX ix_own_questions_member_id ON own_questions (member_id);
CREATE INDEX ix_requests_at ON requests (at);
CREATE INDEX ix_beginnings_until ON beginnings (until);
CREATE INDEX ix_ballots_member_id ON ballots (member_id);
CREATE INDEX ix_challenges_member_id ON challenges (member_id);
CREATE INDEX ix_codes_expires_at ON codes (expires_at);
CREATE INDEX ix_codes_group_id ON codes (group_id);
CREATE INDEX ix_codes_used_at ON codes (used_at) WHERE used_at IS NOT NULL;
CREATE INDEX ix_comparisons_winner_id ON comparisons (winner_id);
CREATE INDEX ix_deliveries_due ON deliveries (platform, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ix_deliveries_kept ON deliveries (identity_id) WHERE state = 'kept';
CREATE INDEX ix_ledger_reverses ON ledger (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ix_links_settled_at ON links (settled_at);
CREATE INDEX ix_links_state ON links (state);
CREATE INDEX ix_links_until ON links (until);
CREATE INDEX ix_members_canonical_id ON members (canonical_id) WHERE canonical_id IS NOT NULL;
CREATE INDEX ix_members_left_at ON members (left_at) WHERE left_at IS NOT NULL;
CREATE INDEX ix_own_questions_decided_by ON own_questions (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX ix_people_deleted_at ON people (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX ix_players_member_id ON players (member_id);
CREATE INDEX ix_quizzes_member_id ON quizzes (member_id);
CREATE INDEX ix_reports_member_id ON reports (member_id);
CREATE INDEX ix_responses_member_id ON responses (member_id);
CREATE INDEX ix_rounds_group_state ON rounds (group_id, state, revealed_at, id);
CREATE INDEX ix_standings_member_id ON standings (member_id);
CREATE INDEX ix_transcript_in_slot ON transcript (slot) WHERE audience IS NOT NULL;
CREATE INDEX ix_tries_at ON tries (at);
CREATE INDEX ix_deliveries_kinds_due ON deliveries (platform, kind, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ix_mock_weeks_next_at ON mock_weeks (next_at);
CREATE INDEX ix_mock_signups_member_id ON mock_signups (member_id, id);
CREATE INDEX ix_mocks_asker_id ON mocks (asker_id);
CREATE INDEX ix_mocks_candidate_id ON mocks (candidate_id, id);
CREATE INDEX ix_mocks_group_id ON mocks (group_id, ended_at);
CREATE INDEX ix_mocks_interviewer_id ON mocks (interviewer_id, id);
CREATE INDEX ix_mocks_next_at ON mocks (next_at);
CREATE INDEX ix_mocks_observer_id ON mocks (observer_id) WHERE observer_id IS NOT NULL;
CREATE INDEX ix_mock_forms_member_id ON mock_forms (member_id);
CREATE INDEX ix_mock_pairs_candidate_id ON mock_pairs (candidate_id);
CREATE INDEX ix_mock_pairs_interviewer_id ON mock_pairs (interviewer_id);
CREATE INDEX ix_mock_pairs_mock_id ON mock_pairs (mock_id) WHERE mock_id IS NOT NULL;
CREATE INDEX ix_mock_pairs_observer_id ON mock_pairs (observer_id) WHERE observer_id IS NOT NULL;
CREATE INDEX ix_groups_next_at ON groups (next_at);
CREATE INDEX ix_acts_group_id ON acts (group_id, id);
CREATE INDEX ix_acts_at ON acts (at);
CREATE INDEX ix_acts_member_id ON acts (member_id) WHERE member_id IS NOT NULL;
COMMIT;
