-- A next step without a time is shown as its day; the dictionary says so since this version.
update field set rules = rules || '{"midnightIsDay": true}' where builtin and object = 'customer' and key = 'nextStepAt';
