using Meshlift.Simulator.Clusters.Errors;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The form in which an answer is sent.</summary>
internal enum AnswerForm
{
    Whole,
    Metadata,
    Table,
}

/// <summary>Reads the header Accept.</summary>
/// <remarks>Protocol buffers are not spoken; a client that takes JSON too gets JSON, as the API has it for custom resources.</remarks>
internal static class Negotiation
{
    /// <summary>The first form of those asked for that is spoken.</summary>
    /// <param name="accept">The header; empty for anything.</param>
    /// <exception cref="ApiException">406: none of them is.</exception>
    public static AnswerForm Form(string accept)
    {
        if (string.IsNullOrWhiteSpace(accept)) return AnswerForm.Whole;
        foreach (var (media, parameters) in Ranges(accept))
        {
            if (media is not ("application/json" or "application/yaml" or "application/*" or "*/*")) continue;
            switch (parameters.GetValueOrDefault("as"))
            {
                case null:
                    return AnswerForm.Whole;
                case "Table" when IsMeta(parameters):
                    return AnswerForm.Table;
                case "PartialObjectMetadata" or "PartialObjectMetadataList" when IsMeta(parameters):
                    return AnswerForm.Metadata;
            }
        }
        throw ApiErrors.NotAcceptable();
    }

    /// <summary>Whether YAML is what the client asks for first.</summary>
    public static bool WantsYaml(string accept) => Ranges(accept).FirstOrDefault().Media == "application/yaml";

    /// <summary>The version of aggregated discovery that the client takes: v2 or v2beta1; null where it wants the plain one.</summary>
    public static string? Discovery(string accept)
    {
        foreach (var (media, parameters) in Ranges(accept))
        {
            if (media is not ("application/json" or "*/*")) continue;
            if (!parameters.TryGetValue("as", out var form)) return null;
            if (form == "APIGroupDiscoveryList" && parameters.GetValueOrDefault("g") == "apidiscovery.k8s.io" && parameters.GetValueOrDefault("v") is "v2" or "v2beta1") return parameters["v"];
        }
        return null;
    }

    private static bool IsMeta(Dictionary<string, string> parameters) => parameters.GetValueOrDefault("g") == "meta.k8s.io" && parameters.GetValueOrDefault("v") is "v1" or "v1beta1";

    private static IEnumerable<(string Media, Dictionary<string, string> Parameters)> Ranges(string accept)
    {
        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var part in parts.AsSpan(1))
                if (part.Split('=', 2) is [var name, var value]) parameters[name.Trim()] = value.Trim();
            yield return (parts[0], parameters);
        }
    }
}
