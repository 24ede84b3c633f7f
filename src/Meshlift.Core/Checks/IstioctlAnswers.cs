using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks;

/// <summary>A message of istioctl.</summary>
/// <param name="Code"><c>IST0101</c>; of <c>validate</c>, which has no codes, its name.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What it says.</param>
/// <param name="Origin">The resource as istioctl names it, such as <c>VirtualService shop/web</c> or <c>Namespace shop</c>; empty when it names none.</param>
/// <param name="Line">The line of the file that it was given; null when it names none.</param>
/// <param name="Documentation">An address that explains it; empty when there is none.</param>
public sealed record IstioctlMessage(string Code, Severity Severity, string Message, string Origin, int? Line, string Documentation);

/// <summary>Reads what istioctl answers.</summary>
public static class IstioctlAnswers
{
    /// <summary>The answer of <c>istioctl analyze --output json</c>: a list of messages with <c>code</c>, <c>level</c>, <c>message</c>, <c>origin</c>, <c>reference</c> and <c>documentationUrl</c>.</summary>
    /// <param name="json">Its standard output; nothing stands for no message.</param>
    /// <returns>Null when it is no such answer.</returns>
    public static ImmutableArray<IstioctlMessage>? Analysis(ReadOnlyMemory<byte> json)
    {
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty) return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
            if (document.RootElement.ValueKind != JsonValueKind.Array) return null;
            var messages = ImmutableArray.CreateBuilder<IstioctlMessage>();
            foreach (var one in document.RootElement.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object || Text(one, "code") is not { Length: > 0 } code || !OutsideChecks.IsIstioCode(code) || Text(one, "message") is not { Length: > 0 } message) return null;
                var severity = Text(one, "level") switch { "Error" => Severity.Error, "Info" => Severity.Note, _ => Severity.Warning };
                messages.Add(new IstioctlMessage(code, severity, OneLine(message), OneLine(Text(one, "origin") ?? ""), LineIn(Text(one, "reference") ?? ""), OneLine(Text(one, "documentationUrl") ?? "")));
            }
            return messages.DrainToImmutable();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The answer of <c>istioctl validate</c> that found fault: one line for each, <c>* KIND/NAMESPACE/NAME: message</c>.</summary>
    /// <param name="text">Its standard error and output.</param>
    public static ImmutableArray<IstioctlMessage> Validation(string text)
    {
        var messages = ImmutableArray.CreateBuilder<IstioctlMessage>();
        foreach (var line in text.Split('\n'))
        {
            var said = line.Trim();
            if (!said.StartsWith("* ", StringComparison.Ordinal)) continue;
            said = said[2..].Trim();
            var colon = said.IndexOf(':', StringComparison.Ordinal);
            var origin = colon > 0 && said[..colon].Split('/') is [{ Length: > 0 } kind, var space, { Length: > 0 } name] ? $"{kind} {(space.Length == 0 ? "" : $"{space}/")}{name}" : "";
            messages.Add(new IstioctlMessage(OutsideChecks.Validate.Code, Severity.Error, OneLine(origin.Length == 0 ? said : said[(colon + 1)..].Trim()), OneLine(origin), null, ""));
        }
        return messages.DrainToImmutable();
    }

    private static int? LineIn(string reference) =>
        reference.LastIndexOf(':') is var colon and >= 0 && int.TryParse(reference.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var line) && line > 0 ? line : null;

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string OneLine(string text)
    {
        const int longest = 2000;
        var line = string.Join(' ', new string([.. text.Take(longest).Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length > longest ? line + "..." : line;
    }
}
