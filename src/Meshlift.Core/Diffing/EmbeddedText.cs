using System.Text;
using System.Text.Json;
using Meshlift.Core.Mutating;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Documents that stand in texts: the mesh configuration, the injector's configuration and values, Envoy's bootstrap.</summary>
internal static class EmbeddedText
{
    /// <summary>The document of a text; null when it holds none: a line, a script, a template.</summary>
    /// <remarks>A template of Go is no YAML, except where it has no actions; then it is compared as what it is, too.</remarks>
    public static YamlNode? Read(string text)
    {
        var start = text.AsSpan().TrimStart();
        var isJson = start is ['{', ..] or ['[', ..];
        if (!isJson && !text.Contains('\n', StringComparison.Ordinal)) return null;
        if (isJson && ReadJson(text) is { } json) return json;
        try
        {
            var root = YamlReader.Read(text);
            return root is YamlMapping or YamlSequence ? root : null;
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }

    private static YamlNode? ReadJson(string text)
    {
        try
        {
            return JsonPart.Read(Encoding.UTF8.GetBytes(text)).Value;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
