using System.Text.Json;
using Meshlift.Core.Commits;

namespace Meshlift.Core.Forges;

/// <summary>What a forge says where it did not do what it was asked for.</summary>
public static class ForgeMessage
{
    private const int Longest = 500;

    /// <summary>The texts of an error, on one line; empty when there is none. It is never an error itself: a proxy may have written it.</summary>
    /// <remarks>GitHub and Gitea write <c>message</c> and <c>errors</c>, GitLab <c>message</c> (a text, a list, or lists by field) or <c>error</c>.</remarks>
    /// <param name="content">The answer.</param>
    /// <param name="secret">What is not to be seen, should the forge repeat it.</param>
    public static string Of(ReadOnlyMemory<byte> content, string secret)
    {
        try
        {
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = AnswerFields.LargestDepth });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return "";
            var texts = new List<string>();
            foreach (var name in (string[])["message", "error", "errors"])
                if (json.RootElement.TryGetProperty(name, out var value))
                    Collect(value, texts);
            var line = CommitMessage.OneLine(string.Join("; ", texts.Distinct(StringComparer.Ordinal))).Replace(secret, "***", StringComparison.Ordinal);
            return line.Length <= Longest ? line : line[..Longest] + "...";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for half of a surrogate pair
        {
            return "";
        }
    }

    private static void Collect(JsonElement value, List<string> texts)
    {
        if (value.ValueKind == JsonValueKind.String) texts.Add(value.GetString()!);
        else if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Collect(item, texts);
        else if (value.ValueKind == JsonValueKind.Object) foreach (var field in value.EnumerateObject().Where(field => field.Name is not ("resource" or "code" or "field" or "documentation_url"))) Collect(field.Value, texts);
    }
}
