using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>One of the causes in a Status object.</summary>
/// <param name="Reason">Such as <c>FieldValueInvalid</c> or <c>FieldManagerConflict</c>.</param>
/// <param name="Message">In words.</param>
/// <param name="Field">The field; empty when it is about none.</param>
public readonly record struct StatusCause(string Reason, string Message, string Field);

/// <summary>What the API says about a request that it did not fulfil (<c>meta/v1 Status</c>).</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Reason">One word, such as <c>NotFound</c>; empty when the answer was not the API's.</param>
/// <param name="Message">In words.</param>
public sealed record ApiStatus(int Code, string Reason, string Message)
{
    /// <summary>The causes, if it names any.</summary>
    public ImmutableArray<StatusCause> Causes { get; init; } = [];

    /// <summary>How long the server asks to wait; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when a list or watch must begin anew: its resource version or continue token is too old.</summary>
    public bool IsExpired => Code == 410 || Reason is "Expired" or "Gone";

    /// <summary>True when a disruption budget holds an eviction back: not a server that is busy.</summary>
    public bool IsDisruptionBudget => Causes.Any(cause => cause.Reason == "DisruptionBudget");

    /// <summary>True when an admission webhook or policy refused the object.</summary>
    public bool IsAdmission => Message.Contains("admission webhook", StringComparison.Ordinal) || Message.Contains("ValidatingAdmissionPolicy", StringComparison.Ordinal);

    /// <summary>The token to go on with after an expired continue, without consistency with what came before; null when the server gives none.</summary>
    public string? InconsistentContinue { get; init; }

    /// <summary>Reads the body of an answer.</summary>
    /// <param name="code">The HTTP status, which wins over one in the body.</param>
    /// <param name="body">The body; what is no Status object, such as a page of a proxy, becomes the message, shortened.</param>
    public static ApiStatus Read(int code, ReadOnlySpan<byte> body)
    {
        try
        {
            if (body.TrimStart(" \r\n\t"u8) is [(byte)'{', ..] && Parse(code, body) is { } status) return status;
        }
        catch (JsonException)
        {
            // Not the API's own answer.
        }
        var text = System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, 400)]);
        return new ApiStatus(code, "", string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>Reads a Status object; null when it is none.</summary>
    /// <param name="code">The HTTP status; 0 to take that of the object, as in a watch.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static ApiStatus? Parse(int code, ReadOnlySpan<byte> json)
    {
        string kind = "", reason = "", message = "", next = "";
        long own = 0;
        long? seconds = null;
        ImmutableArray<StatusCause> causes = [];
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            if (name.SequenceEqual("kind"u8)) kind = cursor.Text() ?? "";
            else if (name.SequenceEqual("reason"u8)) reason = cursor.Text() ?? "";
            else if (name.SequenceEqual("message"u8)) message = cursor.Text() ?? "";
            else if (name.SequenceEqual("code"u8)) own = cursor.Whole() ?? 0;
            else if (name.SequenceEqual("metadata"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                    if (field.SequenceEqual("continue"u8)) next = cursor.Text() ?? "";
                    else cursor.Skip();
            }
            else if (name.SequenceEqual("details"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                    if (field.SequenceEqual("retryAfterSeconds"u8)) seconds = cursor.Whole();
                    else if (field.SequenceEqual("causes"u8)) causes = ReadCauses(ref cursor);
                    else cursor.Skip();
            }
            else cursor.Skip();
        }
        if (kind != "Status") return null;
        return new ApiStatus(code == 0 ? (int)Math.Clamp(own, 0, 999) : code, reason, message)
        {
            Causes = causes,
            RetryAfter = seconds is > 0 ? TimeSpan.FromSeconds(Math.Min(seconds.Value, 86400)) : null,
            InconsistentContinue = next.Length > 0 ? next : null,
        };
    }

    private static ImmutableArray<StatusCause> ReadCauses(ref JsonCursor cursor)
    {
        var causes = ImmutableArray.CreateBuilder<StatusCause>();
        for (cursor.Enter(); cursor.NextElement();)
        {
            string reason = "", message = "", field = "";
            for (cursor.Enter(); cursor.NextMember(out var name);)
            {
                if (name.SequenceEqual("reason"u8)) reason = cursor.Text() ?? "";
                else if (name.SequenceEqual("message"u8)) message = cursor.Text() ?? "";
                else if (name.SequenceEqual("field"u8)) field = cursor.Text() ?? "";
                else cursor.Skip();
            }
            causes.Add(new StatusCause(reason, message, field));
        }
        return causes.DrainToImmutable();
    }
}
