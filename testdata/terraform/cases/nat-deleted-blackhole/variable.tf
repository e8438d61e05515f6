variable "nat_gateway_id" {
  type = string
}
