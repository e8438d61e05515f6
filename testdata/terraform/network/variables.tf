variable "endpoint" {
  description = "Base URL of the moto server."
  type        = string
  default     = "http://127.0.0.1:5000"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "nat" {
  description = "What the protected subnet's default route points at."
  type        = string
  default     = "gateway"
  validation {
    condition     = contains(["gateway", "instance"], var.nat)
    error_message = "nat must be gateway or instance."
  }
}

variable "s3_only_http" {
  description = "Port 80 may leave only towards the S3 prefix list, not to the whole internet."
  type        = bool
  default     = false
}

variable "vgw_propagation" {
  description = "Manage the VPN static route and its propagation. Off by default: moto has neither CreateVpnConnectionRoute nor EnableVgwRoutePropagation."
  type        = bool
  default     = false
}

variable "extras" {
  description = "Add the things that are beside the path: transit gateway, peering, IPv6, load balancers, a database."
  type        = bool
  default     = false
}
