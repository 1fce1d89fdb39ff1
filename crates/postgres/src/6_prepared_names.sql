-- A row of a word has the names with the word, prepared for comparison, and the newest activity of the person. So a search
-- reads the records of the best people alone. The rows are made again after this.
alter table named add column names text not null default '';
