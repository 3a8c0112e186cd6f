"""Tables: devices and what was heard of them; calls and what people did about them; who is on duty."""
