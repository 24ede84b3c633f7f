using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Simulator.Releases;

/// <summary>What a template may ask about one rendering: the values of its placeholders, and which of its conditions hold.</summary>
/// <param name="Variables">By name, without <c>${}</c>.</param>
/// <param name="Conditions">The words that hold, for <c>#only</c>.</param>
/// <param name="ProxyMinors">The minors that EnvoyFilters are rendered for, as early charts did: the one before and its own.</param>
internal sealed record ReleaseSettings(
    ImmutableDictionary<string, string> Variables,
    ImmutableHashSet<string> Conditions,
    ImmutableArray<string> ProxyMinors)
{
    public static ReleaseSettings For(string version, string revision)
    {
        var parts = version.Split('.');
        var minor = $"{parts[0]}.{parts[1]}";
        var minorBefore = $"{parts[0]}.{int.Parse(parts[1], CultureInfo.InvariantCulture) - 1}";
        var named = revision != SampleRelease.Unrevisioned;
        var variables = ImmutableDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, string>[]
        {
            new("version", version),
            new("hub", Hub(minor)),
            // As the value of a label. A revision of digits alone would be a number there.
            new("revision", ScalarText.Plain(revision)),
            // As the end of a name, with its hyphen.
            new("-revision", named ? $"-{revision}" : ""),
            // As a part of a name that is always there.
            new("revision-name", revision),
            // As the install asked for it: nothing when nothing was asked for.
            new("asked-revision", named ? revision : ""),
        });
        return new(variables, [minor, named ? "revisioned" : "unrevisioned"], [minorBefore, minor]);
    }

    /// <summary>The same settings for one component, which has placeholders of its own.</summary>
    public ReleaseSettings With(params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var all = Variables.ToBuilder();
        foreach (var (name, value) in variables)
            all[name] = value;
        return this with { Variables = all.ToImmutable() };
    }

    /// <summary>The same settings with one more condition that holds.</summary>
    public ReleaseSettings When(string condition) => this with { Conditions = Conditions.Add(condition) };

    // 1.30 was the one minor that pointed at a registry of its own.
    private static string Hub(string minor) => minor == "1.29" ? "docker.io/istio" : "registry.istio.io/release";
}
