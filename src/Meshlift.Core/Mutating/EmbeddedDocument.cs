using System.Globalization;
using System.Text;
using System.Text.Json;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Core.Mutating;

/// <summary>
/// Changes a document that stands in a resource as a text, such as the values and the templates of the injector, and writes it back in its own form: JSON
/// with its order and indentation, YAML with its comments, and in both no byte changed that says nothing of the change.
/// </summary>
internal static class EmbeddedDocument
{
    /// <summary>Changes documents at every place that a path names.</summary>
    /// <param name="root">The value that holds them.</param>
    /// <param name="parts">The path to the texts, then within each; at least two.</param>
    /// <param name="edit">Changes the innermost document at a path, and counts the places.</param>
    /// <param name="where">What is changed, for messages.</param>
    /// <param name="places">How many places of the innermost documents were changed or have the value already.</param>
    /// <exception cref="UserException">A place holds no text, or a text that is neither JSON nor YAML, or one that cannot be changed there.</exception>
    public static YamlNode Change(YamlNode root, ReadOnlySpan<YamlPath> parts, DocumentEdit edit, string where, out int places)
    {
        if (parts.Length == 1) return edit(root, parts[0], out places);
        var (path, rest, found) = (parts[0], parts[1..].ToArray(), 0);
        var changed = YamlPlaces.Change(
            root,
            path,
            value =>
            {
                var text = (value as YamlScalar)?.AsString
                    ?? throw new UserException(ErrorKind.Input, $"{where}: {path} is no text that could hold a document", "leave the '|' out; it leads into documents that stand in a text");
                var inner = $"{where}, in {path}";
                var result = Change(text, rest, edit, inner, out var count);
                found += count;
                return result == text ? value : YamlScalar.String(result);
            },
            out _);
        places = found;
        return changed;
    }

    private static string Change(string text, ReadOnlySpan<YamlPath> parts, DocumentEdit edit, string where, out int places)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            if (AsJson(utf8, out var notJson) is { } json) return JsonRewrite.Apply(utf8, json, Change(json.Value, parts, edit, where, out places));
            var before = AsYaml(text, notJson) ?? YamlScalar.Null;
            return YamlRewrite.Apply(text, before, Change(before, parts, edit, where, out places));
        }
        catch (JsonException e)
        {
            var at = e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $", {line + 1}:{e.BytePositionInLine + 1}") : "";
            throw new UserException(ErrorKind.Input, $"{where}{at}: {Sentence(e.Message)}", "correct the document where Istio is rendered, or change it by a patch", e);
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{where}, {e.Position}: {e.Message}", e.Remedy, e);
        }
        catch (YamlEditException e)
        {
            throw new UserException(ErrorKind.Input, $"{where}, {e.Position}: {e.Message}", $"{e.Remedy}, in a patch", e);
        }
    }

    /// <summary>The text as JSON, or null when it is not meant to be, or why it is not.</summary>
    private static JsonPart? AsJson(ReadOnlySpan<byte> utf8, out JsonException? problem)
    {
        problem = null;
        if (utf8.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]) return null;
        try
        {
            return JsonPart.Read(utf8);
        }
        catch (JsonException e)
        {
            problem = e;
            return null;
        }
    }

    /// <summary>The text as YAML. What begins like JSON and is neither is judged as JSON.</summary>
    private static YamlNode? AsYaml(string text, JsonException? notJson)
    {
        try
        {
            return YamlReader.Read(text);
        }
        catch (YamlSyntaxException) when (notJson is not null)
        {
            throw notJson;
        }
    }

    /// <summary>The reader's message without the place, which is told in our own form.</summary>
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}

/// <summary>Changes a document.</summary>
/// <param name="root">The document.</param>
/// <param name="path">Where.</param>
/// <param name="places">How many places the path leads to.</param>
internal delegate YamlNode DocumentEdit(YamlNode root, YamlPath path, out int places);
