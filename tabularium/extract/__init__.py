"""What somebody takes along from the register: an entry, or an organisation's entries, with their proofs."""
