"""What a registrar does at the desk: tokens by which programs submit."""
