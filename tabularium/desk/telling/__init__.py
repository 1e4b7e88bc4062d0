"""How an organisation is told of an entry, as the desk sees it: notices, addresses for service, the code."""
