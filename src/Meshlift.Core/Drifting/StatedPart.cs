using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Diffing;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>The part of a live object that Git says something about, written as Git writes it where both mean the same.</summary>
/// <remarks>
/// A field that Git does not state is nobody's drift. A list that Git states is stated as a whole: its items are matched as Kubernetes declares, and one that
/// the cluster has in addition stays in the part. What means the same is known from the API's types: quantities, numbers that may be texts, and values that
/// are left out when they are empty.
/// </remarks>
internal static class StatedPart
{
    private static readonly Naming Plain = new(null, null, lacksRevision: false);

    private static readonly FrozenSet<string> QuantityMaps = FrozenSet.Create(
        StringComparer.Ordinal, "limits", "requests", "hard", "capacity", "allocatable", "default", "defaultRequest", "min", "max", "maxLimitRequestRatio", "overhead", "podFixed");

    private static readonly FrozenSet<string> Quantities = FrozenSet.Create(StringComparer.Ordinal, "divisor", "sizeLimit", "averageValue", "storage");

    private static readonly FrozenSet<string> IntsOrTexts = FrozenSet.Create(StringComparer.Ordinal, "targetPort", "port", "maxSurge", "maxUnavailable", "minAvailable");

    /// <summary>The part of <paramref name="live"/> that <paramref name="git"/> states.</summary>
    public static YamlMapping Of(YamlMapping git, YamlMapping live) => (YamlMapping)Of("", "", git, live);

    /// <summary>A Secret as it is stored: <c>stringData</c> is written, and never read (core/v1 Secret).</summary>
    public static YamlMapping WithData(YamlMapping root)
    {
        if ((root["kind"] as YamlScalar)?.Value != "Secret" || root["stringData"] is not YamlMapping texts) return root;
        var data = root["data"] as YamlMapping ?? YamlMapping.Empty;
        foreach (var (key, value, _) in texts.Entries)
            if (value is YamlScalar text)
                data = data.With(key, Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Value)));
        return root.Without("stringData").With("data", data);
    }

    private static YamlNode Of(string above, string key, YamlNode git, YamlNode live) => (git, live) switch
    {
        (YamlMapping stated, YamlMapping present) => Of(key, stated, present),
        (YamlSequence stated, YamlSequence present) => Of(key, stated, present),
        (YamlScalar stated, YamlScalar present) when MeanTheSame(above, key, stated, present) => stated,
        _ when IsNothing(git) && IsNothing(live) => git,
        _ => live,
    };

    private static YamlMapping Of(string above, YamlMapping git, YamlMapping live)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>(git.Entries.Length);
        foreach (var (key, value, _) in git.Entries)
            // Null states nothing: it is how an empty `annotations:` is read.
            if (value is YamlScalar { Kind: ScalarKind.Null }) entries.Add(new YamlEntry(key, value));
            else if (live[key] is { } present) entries.Add(new YamlEntry(key, Of(above, key, value, present)));
            else if (IsNothing(value)) entries.Add(new YamlEntry(key, value));
        return new YamlMapping(entries.DrainToImmutable());
    }

    private static YamlSequence Of(string list, YamlSequence git, YamlSequence live)
    {
        IEnumerable<(int Before, int After)> pairs;
        if (MergeKeys.IsSet(list) || MergeKeys.Labels(list, git, Plain, live, Plain) is not null || git.Items.Length != live.Items.Length)
            pairs = ListMatch.Of(list, git, Plain, live, Plain).Pairs;
        else
            // A list that nothing tells the items of apart is written as a whole, so that its order is that of Git.
            pairs = Enumerable.Range(0, git.Items.Length).Select(place => (place, place));
        var items = ImmutableArray.CreateBuilder<YamlNode>(live.Items.Length);
        var taken = new HashSet<int>();
        // In Git's order: where items are matched by what they are, the place of one means nothing.
        foreach (var (stated, present) in pairs.OrderBy(pair => pair.Before))
        {
            taken.Add(present);
            items.Add(Of("", "", git.Items[stated], live.Items[present]));
        }
        for (var i = 0; i < live.Items.Length; i++)
            if (!taken.Contains(i))
                items.Add(live.Items[i]);
        return new YamlSequence(items.DrainToImmutable());
    }

    /// <summary>What the API leaves out when it is so (<c>omitempty</c>).</summary>
    private static bool IsNothing(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.All(entry => IsNothing(entry.Value)),
        YamlSequence sequence => sequence.Items.IsEmpty,
        YamlScalar { Kind: ScalarKind.Null } or YamlScalar { Value: "" } => true,
        YamlScalar { Kind: ScalarKind.Boolean, Value: "false" } or YamlScalar { Kind: ScalarKind.Integer, Value: "0" } => true,
        _ => false,
    };

    private static bool MeanTheSame(string above, string key, YamlScalar git, YamlScalar live) =>
        YamlEquality.Instance.Equals(git, live)
        || (IntsOrTexts.Contains(key) && git.Value == live.Value)
        || ((QuantityMaps.Contains(above) || Quantities.Contains(key)) && Quantity.AreSame(git.Value, live.Value));
}
