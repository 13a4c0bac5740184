-- What a customer bought in all is written as money of the company. Companies set up before have the two facts as plain numbers.
update field set rules = rules || '{"companyMoney": true}'
where object = 'customer' and builtin and key in ('purchaseTotal', 'purchaseTotal12m');
update org set dictionary_version = dictionary_version + 1;
