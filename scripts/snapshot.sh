#!/bin/sh
# Saves what deguchi reads of one account in one Region. Every call only reads; nothing is changed anywhere.
#
#   scripts/snapshot.sh [FOLDER [BUCKET…]]     FOLDER: where to, `snapshot` if not given; BUCKET: buckets whose policy matters
#
# Account and Region are those of the AWS CLI (AWS_PROFILE; AWS_REGION, and AWS_DEFAULT_REGION for its version 1). For several, a
# folder each below one: `scripts/snapshot.sh snapshot/111122223333/ap-northeast-1`. What a call may not do is left out and said:
# an answer that would need it is undecided then, and names it.
set -u
out=${1:-snapshot}
[ $# -gt 0 ] && shift
mkdir -p "$out" || exit 2
left_out=0

# save NAME COMMAND…: what the AWS CLI answers, in NAME.json.
save() {
  name=$1
  shift
  if aws "$@" --output json > "$out/$name.json" 2> "$out/.why" < /dev/null && [ -s "$out/$name.json" ]; then
    rm -f "$out/.why"
    return
  fi
  # No error and no answer: there is none, e.g. a bucket without a policy says so by an error.
  left_out=$((left_out + 1))
  echo "left out: aws $*: $(tail -n 1 "$out/.why")" >&2
  rm -f "$out/$name.json" "$out/.why"
}

# each COMMAND…: words of an answer, one a line.
each() {
  aws "$@" --output text 2> /dev/null < /dev/null | tr '\t' '\n' | grep -v -x -e None -e ''
}

save sts-get-caller-identity sts get-caller-identity

for what in vpcs subnets route-tables network-acls security-groups network-interfaces instances nat-gateways internet-gateways \
  egress-only-internet-gateways addresses dhcp-options vpc-endpoints prefix-lists managed-prefix-lists vpn-gateways \
  vpc-peering-connections transit-gateways transit-gateway-attachments transit-gateway-vpc-attachments \
  transit-gateway-peering-attachments transit-gateway-route-tables vpc-block-public-access-options \
  vpc-block-public-access-exclusions vpc-encryption-controls security-group-vpc-associations; do
  save "describe-$what" ec2 "describe-$what"
done
# Without the configuration for the customer's gateway, which holds keys.
save describe-vpn-connections ec2 describe-vpn-connections --query '{VpnConnections: VpnConnections[].{VpnConnectionId: VpnConnectionId, VpnGatewayId: VpnGatewayId, TransitGatewayId: TransitGatewayId, CustomerGatewayId: CustomerGatewayId, State: State, Routes: Routes, Tags: Tags}}'
for vpc in $(each ec2 describe-vpcs --query 'Vpcs[].VpcId'); do
  for attribute in enableDnsSupport enableDnsHostnames; do
    save "describe-vpc-attribute.$vpc.$attribute" ec2 describe-vpc-attribute --vpc-id "$vpc" --attribute "$attribute"
  done
done
# Which operating system each instance runs, so that `yum` needs no `--os`.
images=$(each ec2 describe-instances --query 'Reservations[].Instances[].ImageId' | sort -u)
# shellcheck disable=SC2086 # one argument an image
[ -z "$images" ] || save describe-images ec2 describe-images --image-ids $images
for list in $(each ec2 describe-managed-prefix-lists --query 'PrefixLists[].PrefixListId'); do
  save "get-managed-prefix-list-entries.$list" ec2 get-managed-prefix-list-entries --prefix-list-id "$list"
done
for table in $(each ec2 describe-transit-gateway-route-tables --query 'TransitGatewayRouteTables[].TransitGatewayRouteTableId'); do
  save "search-transit-gateway-routes.$table" ec2 search-transit-gateway-routes --transit-gateway-route-table-id "$table" \
    --filters 'Name=state,Values=active,blackhole'
  for what in associations propagations; do
    save "get-transit-gateway-route-table-$what.$table" ec2 "get-transit-gateway-route-table-$what" --transit-gateway-route-table-id "$table"
  done
  save "get-transit-gateway-prefix-list-references.$table" ec2 get-transit-gateway-prefix-list-references \
    --transit-gateway-route-table-id "$table"
done

# Load balancers, and their targets' health.
save elbv2-describe-load-balancers elbv2 describe-load-balancers
for arn in $(each elbv2 describe-load-balancers --query 'LoadBalancers[].LoadBalancerArn'); do
  save "elbv2-describe-listeners.${arn##*/}" elbv2 describe-listeners --load-balancer-arn "$arn"
  save "elbv2-describe-load-balancer-attributes.${arn##*/}" elbv2 describe-load-balancer-attributes --load-balancer-arn "$arn"
  for listener in $(each elbv2 describe-listeners --load-balancer-arn "$arn" --query 'Listeners[].ListenerArn'); do
    save "elbv2-describe-rules.${arn##*/}.${listener##*/}" elbv2 describe-rules --listener-arn "$listener"
  done
done
save elbv2-describe-target-groups elbv2 describe-target-groups
for arn in $(each elbv2 describe-target-groups --query 'TargetGroups[].TargetGroupArn'); do
  save "elbv2-describe-target-health.${arn##*/}" elbv2 describe-target-health --target-group-arn "$arn"
  save "elbv2-describe-target-group-attributes.${arn##*/}" elbv2 describe-target-group-attributes --target-group-arn "$arn"
done
save elb-describe-load-balancers elb describe-load-balancers
for name in $(each elb describe-load-balancers --query 'LoadBalancerDescriptions[].LoadBalancerName'); do
  save "elb-describe-instance-health.$name" elb describe-instance-health --load-balancer-name "$name"
done

# Databases and tasks of containers: what they are called, and which interfaces are theirs. Not what tasks are started with.
save rds-describe-db-instances rds describe-db-instances --query '{DBInstances: DBInstances[].{DBInstanceIdentifier: DBInstanceIdentifier, DBInstanceArn: DBInstanceArn, DBClusterIdentifier: DBClusterIdentifier, Endpoint: Endpoint, AvailabilityZone: AvailabilityZone, DBSubnetGroup: DBSubnetGroup, VpcSecurityGroups: VpcSecurityGroups}}'
save rds-describe-db-clusters rds describe-db-clusters --query '{DBClusters: DBClusters[].{DBClusterIdentifier: DBClusterIdentifier, DBClusterArn: DBClusterArn, Endpoint: Endpoint, ReaderEndpoint: ReaderEndpoint, Port: Port}}'
for cluster in $(each ecs list-clusters --query 'clusterArns[]'); do
  for task in $(each ecs list-tasks --cluster "$cluster" --query 'taskArns[]'); do
    save "ecs-describe-tasks.${cluster##*/}.${task##*/}" ecs describe-tasks --cluster "$cluster" --tasks "$task" \
      --query '{tasks: tasks[].{taskArn: taskArn, group: group, attachments: attachments}}'
  done
done

# Network Firewall.
for arn in $(each network-firewall list-firewalls --query 'Firewalls[].FirewallArn'); do
  save "network-firewall-describe-firewall.${arn##*/}" network-firewall describe-firewall --firewall-arn "$arn"
done
for arn in $(each network-firewall list-firewall-policies --query 'FirewallPolicies[].Arn'); do
  save "network-firewall-describe-firewall-policy.${arn##*/}" network-firewall describe-firewall-policy --firewall-policy-arn "$arn"
done
for arn in $(each network-firewall list-rule-groups --query 'RuleGroups[].Arn'); do
  save "network-firewall-describe-rule-group.${arn##*/}" network-firewall describe-rule-group --rule-group-arn "$arn"
done

# Names: private hosted zones, and rules of the Resolver.
save route53-list-hosted-zones route53 list-hosted-zones
for zone in $(each route53 list-hosted-zones --query 'HostedZones[?Config.PrivateZone].Id'); do
  save "route53-get-hosted-zone.${zone##*/}" route53 get-hosted-zone --id "$zone"
  save "route53-list-resource-record-sets.${zone##*/}" route53 list-resource-record-sets --hosted-zone-id "$zone"
done
for what in resolver-endpoints resolver-rules resolver-rule-associations; do
  save "route53resolver-list-$what" route53resolver "list-$what"
done

# Who may do what: the roles of instance profiles, their policies, and the buckets named.
save iam-list-instance-profiles iam list-instance-profiles
for role in $(each iam list-instance-profiles --query 'InstanceProfiles[].Roles[].RoleName' | sort -u); do
  save "iam-get-role.$role" iam get-role --role-name "$role"
  save "iam-list-role-policies.$role" iam list-role-policies --role-name "$role"
  save "iam-list-attached-role-policies.$role" iam list-attached-role-policies --role-name "$role"
  for policy in $(each iam list-role-policies --role-name "$role" --query 'PolicyNames[]'); do
    save "iam-get-role-policy.$role.$policy" iam get-role-policy --role-name "$role" --policy-name "$policy"
  done
  boundary=$(each iam get-role --role-name "$role" --query 'Role.PermissionsBoundary.PermissionsBoundaryArn')
  for arn in $(each iam list-attached-role-policies --role-name "$role" --query 'AttachedPolicies[].PolicyArn') $boundary; do
    version=$(each iam get-policy --policy-arn "$arn" --query 'Policy.DefaultVersionId')
    save "iam-get-policy.${arn##*/}" iam get-policy --policy-arn "$arn"
    save "iam-get-policy-version.${arn##*/}.$version" iam get-policy-version --policy-arn "$arn" --version-id "$version"
  done
done
save s3api-list-buckets s3api list-buckets
for bucket in "$@"; do
  if aws s3api get-bucket-policy --bucket "$bucket" --output json > "$out/s3api-get-bucket-policy.$bucket.json" 2> "$out/.why" < /dev/null; then
    :
  elif grep -q NoSuchBucketPolicy "$out/.why"; then
    echo '{"Policy": ""}' > "$out/s3api-get-bucket-policy.$bucket.json"
  else
    left_out=$((left_out + 1))
    echo "left out: the policy of bucket $bucket: $(tail -n 1 "$out/.why")" >&2
    rm -f "$out/s3api-get-bucket-policy.$bucket.json"
  fi
  rm -f "$out/.why"
done

echo "saved to $out: $(find "$out" -name '*.json' | wc -l | tr -d ' ') files; $left_out calls left out" >&2
