using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>What Flux puts in place of <c>${name}</c> in what a Kustomization applies (spec.postBuild of kustomize.toolkit.fluxcd.io).</summary>
/// <param name="values">The values, by name.</param>
internal sealed partial class FluxVariables(ImmutableDictionary<string, string> values)
{
    /// <summary>The variables of all Kustomizations that apply a file.</summary>
    public static FluxVariables Of(IEnumerable<RepositoryDocument> kustomizations, IReadOnlyCollection<RepositoryDocument> all)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var kustomization in kustomizations)
        {
            if (kustomization.Node("spec", "postBuild", "substituteFrom") is YamlSequence from)
                foreach (var reference in from.Items.OfType<YamlMapping>().Where(reference => reference["kind"] is YamlScalar { Value: "ConfigMap" }))
                    if (all.FirstOrDefault(one => one is { Kind: "ConfigMap", Group: "" } && one.Text("metadata", "name") == reference["name"]?.ToString()) is { } map) Add(map.Node("data"));
            // These win (Flux, "post build variable substitution").
            Add(kustomization.Node("spec", "postBuild", "substitute"));
        }
        return new FluxVariables(values.ToImmutable());

        void Add(YamlNode? node)
        {
            foreach (var entry in (node as YamlMapping)?.Entries ?? [])
                if (entry.Value is YamlScalar scalar) values[entry.Key] = scalar.Value;
        }
    }

    /// <summary>The text with its variables filled in; a variable without a value and a default stays.</summary>
    public string Fill(string text) => text.Contains("${", StringComparison.Ordinal)
        ? Variable().Replace(text, match => values.GetValueOrDefault(match.Groups["name"].Value) ?? (match.Groups["default"].Success ? match.Groups["default"].Value : match.Value))
        : text;

    /// <summary>The same for all texts of a value. A text that is nothing but one variable becomes what YAML makes of the variable's value.</summary>
    public YamlNode Fill(YamlNode node) => node switch
    {
        YamlScalar { AsString: { } text } scalar when text.Contains("${", StringComparison.Ordinal) => Fill(text) is var filled && scalar.Style == ScalarStyle.Plain ? YamlScalar.FromPlainText(filled) : YamlScalar.String(filled),
        YamlMapping mapping => new YamlMapping([.. mapping.Entries.Select(entry => entry with { Value = Fill(entry.Value) })]),
        YamlSequence sequence => YamlSequence.Of(sequence.Items.Select(Fill)),
        _ => node,
    };

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:[=-](?<default>[^}]*))?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
