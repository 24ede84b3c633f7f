using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>What a NetworkPolicy lets through in one direction.</summary>
/// <param name="At">Where its rules stand.</param>
/// <param name="Rules">Each lets something through; none, nothing.</param>
internal sealed record PolicySide(SourcePosition At, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>Reads a direction; null when the policy does not govern it.</summary>
    /// <param name="spec">The policy's spec.</param>
    /// <param name="field"><c>ingress</c> or <c>egress</c>.</param>
    /// <param name="at">Where the spec stands.</param>
    public static PolicySide? Of(YamlMapping spec, string field, SourcePosition at)
    {
        var rules = spec[field] as YamlSequence;
        // Without policyTypes a policy governs what comes in, and what goes out when it has rules about that.
        var governs = spec["policyTypes"] is YamlSequence types
            ? types.Items.OfType<YamlScalar>().Any(type => type.Value.Equals(field, StringComparison.OrdinalIgnoreCase))
            : field == "ingress" || rules is { Items.IsEmpty: false };
        return governs ? new PolicySide(rules?.Span?.Start ?? at, [.. (rules?.Items ?? []).OfType<YamlMapping>().Select(rule => PolicyRule.Of(rule, field == "ingress" ? "from" : "to"))]) : null;
    }
}

/// <summary>One rule of a NetworkPolicy.</summary>
/// <param name="Ports">First and last of each range; empty for all.</param>
/// <param name="HasNames">True when a port is given by its name, which only the pods resolve.</param>
/// <param name="IsForAnyone">True when it is not limited to some peers.</param>
/// <param name="Blocks">The address ranges among its peers.</param>
internal sealed record PolicyRule(ImmutableArray<(int First, int Last)> Ports, bool HasNames, bool IsForAnyone, ImmutableArray<string> Blocks)
{
    public static PolicyRule Of(YamlMapping rule, string peersField)
    {
        var ports = ImmutableArray.CreateBuilder<(int, int)>();
        var hasNames = false;
        foreach (var port in ((rule["ports"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>())
        {
            if (port["port"] is not YamlScalar number) ports.Add((0, ushort.MaxValue));
            else if (Number(number) is { } first) ports.Add((first, Number(port["endPort"] as YamlScalar) ?? first));
            else hasNames = true;
        }
        var peers = (rule[peersField] as YamlSequence)?.Items ?? [];
        return new PolicyRule(
            ports.DrainToImmutable(), hasNames, peers.IsEmpty,
            [.. peers.OfType<YamlMapping>().Select(peer => ((peer["ipBlock"] as YamlMapping)?["cidr"] as YamlScalar)?.Value).OfType<string>()]);
    }

    /// <summary>True when it may let a port through, to or from whomever.</summary>
    public bool Admits(int port) => HasNames || Ports.IsEmpty || Ports.Any(range => port >= range.First && port <= range.Last);

    private static int? Number(YamlScalar? scalar) => int.TryParse(scalar?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
