"""The independent checker of certificates: `verifying.verify`; of the rest of analysis it knows the certificate alone."""
