# Public, protected and private subnets: the kind of a subnet follows from its route table, never from its name.
# public: default route to the internet gateway. protected: default route to a NAT. private: no default route.
# `deguchi check expectations.toml --from plan.json` says whether all of it still holds.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

# The Availability Zones of this account, without Local Zones: which letters there are differs by account.
data "aws_availability_zones" "usable" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  name      = "main"
  vpc_range = "10.0.0.0/16"

  # A quarter of the VPC's range for each kind of subnet, and one kept free. AWS takes five addresses of each subnet.
  zones = {
    "1" = {
      availability_zone = data.aws_availability_zones.usable.names[0]
      public            = "10.0.0.0/19"
      protected         = "10.0.64.0/19"
      private           = "10.0.128.0/19"
    }
    "2" = {
      availability_zone = data.aws_availability_zones.usable.names[1]
      public            = "10.0.32.0/19"
      protected         = "10.0.96.0/19"
      private           = "10.0.160.0/19"
    }
  }
}

# The newest Amazon Linux 2023 when a machine is made. Newer ones replace no machine: `ignore_changes`.
data "aws_ami" "amazon_linux" {
  most_recent = true
  owners      = ["amazon"]

  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-arm64"]
  }
}
