using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Tests.Tags;

/// <summary>Which control planes the API server would ask, by the selectors of MutatingWebhookConfigurations.</summary>
internal static class WebhookAnswers
{
    /// <summary>The names of the Services that are asked about a pod, one for each configuration with a webhook that matches.</summary>
    /// <param name="configurations">All configurations of the cluster.</param>
    /// <param name="ofNamespace">The labels of the namespace, as <c>a=b c=d</c>.</param>
    /// <param name="ofPod">The labels of the pod.</param>
    public static IReadOnlyList<string> For(IEnumerable<Resource> configurations, string ofNamespace, string ofPod) =>
    [
        .. configurations.SelectMany(configuration => ((YamlSequence)configuration.Root["webhooks"]!).Items.Cast<YamlMapping>())
            .Where(webhook => Fits(webhook["namespaceSelector"], Labels(ofNamespace)) && Fits(webhook["objectSelector"], Labels(ofPod)))
            .Select(webhook => ((YamlScalar)((YamlMapping)((YamlMapping)webhook["clientConfig"]!)["service"]!)["name"]!).Value),
    ];

    private static Dictionary<string, string> Labels(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=')).ToDictionary(label => label[0], label => label[1], StringComparer.Ordinal);

    private static bool Fits(YamlNode? selector, Dictionary<string, string> labels)
    {
        if (selector is not YamlMapping mapping) return true;
        var all = (mapping["matchLabels"] as YamlMapping)?.Entries.All(entry => labels.GetValueOrDefault(entry.Key) == ((YamlScalar)entry.Value).Value) ?? true;
        return all && ((mapping["matchExpressions"] as YamlSequence)?.Items.Cast<YamlMapping>().All(expression =>
        {
            var value = labels.GetValueOrDefault(((YamlScalar)expression["key"]!).Value);
            var values = ((expression["values"] as YamlSequence)?.Items ?? []).Select(item => ((YamlScalar)item).Value).ToList();
            return ((YamlScalar)expression["operator"]!).Value switch
            {
                "In" => value is not null && values.Contains(value),
                "NotIn" => value is null || !values.Contains(value),
                "DoesNotExist" => value is null,
                "Exists" => value is not null,
                var other => throw new InvalidDataException(other),
            };
        }) ?? true);
    }
}
