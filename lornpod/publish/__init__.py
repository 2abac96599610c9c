"""The store and what is in it: records, the plan of a publish, its execution, feeds."""
