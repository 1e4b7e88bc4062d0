"""The reconciliation service (W3C Reconciliation Service API 0.2): which organisation a text means."""
