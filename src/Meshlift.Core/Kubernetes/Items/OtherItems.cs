using System.Collections.Immutable;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>A namespace.</summary>
/// <param name="Metadata">Its name, labels and chosen annotations.</param>
/// <param name="Phase"><c>Active</c> or <c>Terminating</c>; empty when the API says nothing.</param>
public sealed record NamespaceItem(ObjectMetadata Metadata, string Phase)
{
    /// <summary>Reads namespaces.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<NamespaceItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) =>
        {
            var item = new NamespaceItem(new ObjectMetadata("", ""), "");
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("metadata"u8)) item = item with { Metadata = ObjectMetadata.Read(ref cursor, strings, keep) };
                else if (member.SequenceEqual("status"u8))
                {
                    for (cursor.Enter(); cursor.NextMember(out var field);)
                        if (field.SequenceEqual("phase"u8)) item = item with { Phase = cursor.Text(strings) ?? "" };
                        else cursor.Skip();
                }
                else cursor.Skip();
            }
            return item;
        };
    }
}

/// <summary>A Service.</summary>
/// <param name="Metadata">Its name, labels and chosen annotations.</param>
/// <param name="Type"><c>ClusterIP</c>, <c>NodePort</c>, <c>LoadBalancer</c> or <c>ExternalName</c>.</param>
/// <param name="Selector">The pods it leads to.</param>
/// <param name="Addresses">The addresses of its load balancer: IP addresses and host names; empty while there are none.</param>
public sealed record ServiceItem(ObjectMetadata Metadata, string Type, Selecting.Labels Selector, ImmutableArray<string> Addresses)
{
    /// <summary>Reads Services.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<ServiceItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) =>
        {
            var item = new ServiceItem(new ObjectMetadata("", ""), "", Selecting.Labels.None, []);
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("metadata"u8)) item = item with { Metadata = ObjectMetadata.Read(ref cursor, strings, keep) };
                else if (member.SequenceEqual("spec"u8))
                {
                    for (cursor.Enter(); cursor.NextMember(out var field);)
                        if (field.SequenceEqual("type"u8)) item = item with { Type = cursor.Text(strings) ?? "" };
                        else if (field.SequenceEqual("selector"u8)) item = item with { Selector = strings.Labels(cursor.Raw()) };
                        else cursor.Skip();
                }
                else if (member.SequenceEqual("status"u8)) item = item with { Addresses = StatusAddresses.Read(ref cursor) };
                else cursor.Skip();
            }
            return item;
        };
    }
}

/// <summary>A node.</summary>
/// <param name="Metadata">Its name, labels and chosen annotations.</param>
/// <param name="KubeletVersion">The version of its kubelet, <c>v1.33.2</c>; it decides whether native sidecars run. Empty when the API says nothing.</param>
public sealed record NodeItem(ObjectMetadata Metadata, string KubeletVersion)
{
    /// <summary>Reads nodes.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<NodeItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) =>
        {
            var item = new NodeItem(new ObjectMetadata("", ""), "");
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("metadata"u8)) item = item with { Metadata = ObjectMetadata.Read(ref cursor, strings, keep) };
                else if (member.SequenceEqual("status"u8))
                {
                    for (cursor.Enter(); cursor.NextMember(out var field);)
                    {
                        if (!field.SequenceEqual("nodeInfo"u8)) cursor.Skip();
                        else
                            for (cursor.Enter(); cursor.NextMember(out var fact);)
                                if (fact.SequenceEqual("kubeletVersion"u8)) item = item with { KubeletVersion = cursor.Text(strings) ?? "" };
                                else cursor.Skip();
                    }
                }
                else cursor.Skip();
            }
            return item;
        };
    }
}

/// <summary>A Gateway of the Gateway API.</summary>
/// <param name="Metadata">Its name, labels and chosen annotations.</param>
/// <param name="Class">Its <c>gatewayClassName</c>, such as <c>istio</c> or <c>istio-waypoint</c>.</param>
/// <param name="Addresses">The addresses it was given; empty while there are none.</param>
/// <param name="Conditions">The conditions in its status.</param>
public sealed record GatewayItem(ObjectMetadata Metadata, string Class, ImmutableArray<string> Addresses, ImmutableArray<Condition> Conditions)
{
    /// <summary>Reads Gateways.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<GatewayItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) =>
        {
            var item = new GatewayItem(new ObjectMetadata("", ""), "", [], []);
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("metadata"u8)) item = item with { Metadata = ObjectMetadata.Read(ref cursor, strings, keep) };
                else if (member.SequenceEqual("spec"u8))
                {
                    for (cursor.Enter(); cursor.NextMember(out var field);)
                        if (field.SequenceEqual("gatewayClassName"u8)) item = item with { Class = cursor.Text(strings) ?? "" };
                        else cursor.Skip();
                }
                else if (member.SequenceEqual("status"u8))
                {
                    for (cursor.Enter(); cursor.NextMember(out var field);)
                        if (field.SequenceEqual("addresses"u8)) item = item with { Addresses = StatusAddresses.ReadList(ref cursor) };
                        else if (field.SequenceEqual("conditions"u8)) item = item with { Conditions = Condition.ReadAll(ref cursor, strings) };
                        else cursor.Skip();
                }
                else cursor.Skip();
            }
            return item;
        };
    }
}

/// <summary>The addresses in the status of Services and Gateways.</summary>
internal static class StatusAddresses
{
    /// <summary>Of a Service: <c>status.loadBalancer.ingress</c>.</summary>
    public static ImmutableArray<string> Read(ref JsonCursor cursor)
    {
        ImmutableArray<string> addresses = [];
        for (cursor.Enter(); cursor.NextMember(out var field);)
        {
            if (!field.SequenceEqual("loadBalancer"u8)) cursor.Skip();
            else
                for (cursor.Enter(); cursor.NextMember(out var part);)
                    if (part.SequenceEqual("ingress"u8)) addresses = ReadList(ref cursor);
                    else cursor.Skip();
        }
        return addresses;
    }

    /// <summary>A list of objects that hold an address as <c>ip</c>, <c>hostname</c> or <c>value</c>.</summary>
    public static ImmutableArray<string> ReadList(ref JsonCursor cursor)
    {
        var addresses = ImmutableArray.CreateBuilder<string>();
        for (cursor.Enter(); cursor.NextElement();)
        {
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (!member.SequenceEqual("ip"u8) && !member.SequenceEqual("hostname"u8) && !member.SequenceEqual("value"u8)) cursor.Skip();
                else if (cursor.Text() is { Length: > 0 } address) addresses.Add(address);
            }
        }
        return addresses.DrainToImmutable();
    }
}
