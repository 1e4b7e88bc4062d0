"""What the API says of itself."""

TITLE = "Tabularium"
VERSION = "1.1.0"

NUMBER_OF_A_PERSON = (
    "This is written as the number of a person or a sole trader. People are not in this register: "
    "give an organisation's number."
)

DESCRIPTION = """\
What authorities decided about organisations: licences, penalties, exclusions from tenders, and public
bodies' own promises and unpaid judgments. For reading, by anyone, without a key; for programs of an
authority, which send its decisions with a token; and for members of an authority and whoever answers for
an organisation, who act by a key of their own.

**What an entry means.** One authority took one decision on one day about one organisation. `meaning`
says it in a word:

- `permitted-by-this-authority`: this authority permits what the entry names. It says nothing of anything
  else that the organisation needs or does.
- `penalised-by-this-authority`: this authority imposed what the entry names. It obliges nobody else to
  anything, and says nothing of the organisation today.
- `excluded-from-tenders-of-this-authority-alone`: the organisation may not take part in the tenders of
  this one authority, for the term of the entry. No other authority's tenders are closed by it.
- `promised-by-this-public-body`: the public body that the entry is about made this promise.
- `judgment-against-this-public-body`: a court gave this judgment against the public body.

There is no score, grade or count of an organisation, and none should be made of entries. No natural person
is in the register.

**What has ended is gone.** An entry that was public and has ended or was withdrawn answers 410 without any
of its content: delete your copies. What is not public now (never was, is objected to, is stayed) answers
404, and nothing tells these apart. Keep no answer longer than its `Cache-Control` says.

**Shape.** JSON in UTF-8. Every member is always there and is null when there is nothing to say; members
may be added to this version, and none is taken away. Days are ISO 8601 dates in the authority's calendar,
instants are in UTC, amounts are decimal numbers as text. Addresses are absolute. Lists are read page by
page: follow `next` until it is null.

**Errors.** All have one shape, RFC 9457 (`application/problem+json`), an unknown address, a wrong method
and a failure of the register included; `/api/v1/problems` lists the types. An answer never repeats what
was sent.

**Reading.** GET and HEAD. Any site may ask (`Access-Control-Allow-Origin: *`); no cookie is set or read.

**Sending decisions.** `POST /api/v1/submissions` takes a file, checks it row by row and records what passes
as drafts, which are not public until somebody else of the authority approves them. It needs a token of the
authority and an `Idempotency-Key`: the same call sent again is carried out once. Its answers are for no
other site and are not kept.

**Acting as a member.** Below `/api/v1/desk/` and `/api/v1/reply/` a key does what the member who made it
may do at that moment, and leaves the same traces. What speaks against an organisation is approved by a
person on the screen, and by no key. The answers are for no other site and are not kept.
"""
