/// What the DNS tells: addresses and services.
