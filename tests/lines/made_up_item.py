"""A small right catalogue item, to be made wrong in one place by a test."""

ITEM = """
code = "made-up-fines"
version = 1
effective_from = 2026-01-01
kind = "penalty"
field = "food-safety"
language = "en"
frequency = "monthly"
title = { en = "Made-up fines", zh-hans = "虚构罚款" }

[authority]
code = "made-up-office"
name = { en = "Made-up Office" }
jurisdiction = "cn"
time_zone = "Asia/Shanghai"
corrections.text = { en = "Write to the counter.", zh-hans = "请致函窗口。" }

[legal_basis]
citation = "Made-up Act, article 5"

[notice]
channel = "letter"

[objection.route]
en = "In writing to the office."
zh-hans = "以书面形式向该局提出。"

[term]
rule = "pack-default"

[file]
format = "csv"

[[schema.fields]]
name = "number"

[[schema.fields]]
name = "day"

[[schema.fields]]
name = "company"

[[schema.fields]]
name = "code"

[[schema.fields]]
name = "note"

[mapping]
name = { column = "company" }
decision_number = { column = "number" }
decided_on = { column = "day" }
measure = { constant = "Fine" }
key = ["number"]

[mapping.identifier]
scheme = "CN-USCC"
column = "code"
"""
