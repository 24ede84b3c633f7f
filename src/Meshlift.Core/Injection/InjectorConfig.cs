using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Injection;

/// <summary>What a control plane puts into pods, and into which: its ConfigMap <c>istio-sidecar-injector[-REVISION]</c>.</summary>
/// <param name="Revision">Whose it is.</param>
/// <param name="Image">The image of proxies.</param>
/// <param name="Policy">True when pods are injected unless they say otherwise (<c>enabled</c>); false for <c>disabled</c>; null for what istiod does not know, and then it injects nothing.</param>
/// <param name="Never">Pods that are left alone when they say nothing themselves. Looked at before <paramref name="Always"/>.</param>
/// <param name="Always">Pods that are injected when they say nothing themselves.</param>
/// <param name="Templates">The templates there are.</param>
/// <param name="DefaultTemplates">Those for pods that name none.</param>
/// <param name="Aliases">Names that stand for several templates.</param>
public sealed record InjectorConfig(
    string Revision, ProxyImage Image, bool? Policy, ImmutableArray<LabelSelector> Never, ImmutableArray<LabelSelector> Always,
    ImmutableHashSet<string> Templates, ImmutableArray<string> DefaultTemplates, ImmutableDictionary<string, ImmutableArray<string>> Aliases)
{
    private const string BaseName = "istio-sidecar-injector";

    /// <summary>Namespaces in which istiod never injects (pkg/kube/inject, IgnoredNamespaces).</summary>
    public static ImmutableArray<string> IgnoredNamespaces { get; } = ["kube-node-lease", "kube-public", "kube-system", "local-path-storage"];

    /// <summary>True for the ConfigMap of an injector.</summary>
    public static bool IsInjector(ResourceIdentity identity) =>
        identity is { Group: "", Kind: "ConfigMap" } && (identity.Name == BaseName || identity.Name.StartsWith(BaseName + "-", StringComparison.Ordinal));

    /// <summary>Reads it; null when the resource is none.</summary>
    /// <exception cref="UserException">One of the documents in it is none.</exception>
    public static InjectorConfig? Read(Resource resource)
    {
        if (!IsInjector(resource.Identity) || resource.Root["data"] is not YamlMapping data) return null;
        var revision = resource.Label(InjectionLabels.Revision) ?? (resource.Identity.Name == BaseName ? "default" : resource.Identity.Name[(BaseName.Length + 1)..]);
        var config = Document(data, "config", resource);
        var values = Document(data, "values", resource);
        var where = $"{resource.Origin}: {resource.Identity}";
        ImmutableArray<string> standard = [.. Texts(config?["defaultTemplates"])];
        return new InjectorConfig(
            revision,
            Injection.ProxyImage.Read(values?["global"] as YamlMapping),
            Text(config?["policy"]) switch { "enabled" => true, "disabled" => false, _ => null },
            Selectors(config?["neverInjectSelector"], where), Selectors(config?["alwaysInjectSelector"], where),
            [.. (config?["templates"] as YamlMapping)?.Entries.Select(entry => entry.Key) ?? []],
            standard.IsEmpty ? ["sidecar"] : standard,
            (config?["aliases"] as YamlMapping)?.Entries.ToImmutableDictionary(entry => entry.Key, entry => Texts(entry.Value).ToImmutableArray(), StringComparer.Ordinal) ?? ImmutableDictionary<string, ImmutableArray<string>>.Empty);
    }

    /// <summary>The templates that a pod is injected with, those that do not exist included.</summary>
    public ImmutableArray<string> TemplatesFor(PodRequest pod) =>
    [
        .. (pod.Annotations[InjectionLabels.Templates] is { } named ? named.Split(',').Select(name => name.Trim()) : DefaultTemplates)
            .SelectMany(name => Aliases.TryGetValue(name, out var several) ? several : [name]),
    ];

    private static ImmutableArray<LabelSelector> Selectors(YamlNode? node, string where) => node is YamlSequence list ? [.. list.Items.Select(item => LabelSelector.Read(item, where))] : [];

    private static IEnumerable<string> Texts(YamlNode? node) => (node as YamlSequence)?.Items.Select(Text).OfType<string>() ?? [];

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.AsString;

    private static YamlMapping? Document(YamlMapping data, string key, Resource resource)
    {
        if (Text(data[key]) is not { } text) return null;
        try
        {
            return YamlReader.Read(System.Text.Encoding.UTF8.GetBytes(text)) as YamlMapping;
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{resource.Origin}: data.{key} of {resource.Identity} is no YAML: {e.Message}", "render the revision again", e);
        }
    }
}
