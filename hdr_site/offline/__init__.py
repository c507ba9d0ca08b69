"""The product as an app that works without a network: pages at hand, pictures kept until they can be sent."""
