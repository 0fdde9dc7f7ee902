"""Infrastructure as code for identities on Alibaba Cloud."""

__version__ = "0.1.0"
