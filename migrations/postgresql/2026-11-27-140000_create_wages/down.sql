DROP TABLE wage_offers;
DROP TABLE wage_types;
