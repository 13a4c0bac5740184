-- A bank account is checked as one. Companies set up before have the field as plain text.
update field set rules = rules || '{"format": "bankCard"}'
where object = 'customer' and builtin and key = 'bankAccount' and not jsonb_exists(rules, 'format');
update org set dictionary_version = dictionary_version + 1;
