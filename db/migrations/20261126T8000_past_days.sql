-- Nobody is born and no company founded in the future. Companies set up before have these fields without the rule.
update field set rules = rules || '{"past": true}'
where builtin and not jsonb_exists(rules, 'past')
  and (object, key) in (('contact', 'birthday'), ('contact', 'lunarBirthday'),
    ('customer', 'birthday'), ('customer', 'lunarBirthday'), ('customer', 'foundedOn'));
update org set dictionary_version = dictionary_version + 1;
