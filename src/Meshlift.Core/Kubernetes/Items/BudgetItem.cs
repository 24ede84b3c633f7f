using System.Text;
using System.Text.Json;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>A PodDisruptionBudget.</summary>
/// <param name="Metadata">Its name and generation.</param>
/// <param name="Selector">The pods it is about; null for none: it has no selector, or one that is not understood.</param>
/// <param name="Allowed">How many of them may go now (<c>disruptionsAllowed</c>); null while its controller has not said.</param>
public sealed record BudgetItem(ObjectMetadata Metadata, LabelSelector? Selector, long? Allowed)
{
    /// <summary>Reads budgets.</summary>
    public static ItemReader<BudgetItem> Reader() => static (json, strings) =>
    {
        var budget = new BudgetItem(new ObjectMetadata("", ""), null, null);
        long? observed = null;
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var member);)
        {
            if (member.SequenceEqual("metadata"u8)) budget = budget with { Metadata = ObjectMetadata.Read(ref cursor, strings, ObjectMetadata.Keep(null)) };
            else if (member.SequenceEqual("spec"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                    if (field.SequenceEqual("selector"u8)) budget = budget with { Selector = Selected(cursor.Raw()) };
                    else cursor.Skip();
            }
            else if (member.SequenceEqual("status"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                    if (field.SequenceEqual("disruptionsAllowed"u8)) budget = budget with { Allowed = cursor.Whole() };
                    else if (field.SequenceEqual("observedGeneration"u8)) observed = cursor.Whole();
                    else cursor.Skip();
            }
            else cursor.Skip();
        }
        // What was said of an older specification says nothing of this one.
        return observed < budget.Metadata.Generation ? budget with { Allowed = null } : budget;
    };

    // The API gives null no meaning here; an empty selector chooses all pods of the namespace (policy/v1).
    private static LabelSelector? Selected(ReadOnlySpan<byte> raw)
    {
        try
        {
            return raw.SequenceEqual("null"u8) ? null : LabelSelector.Read(JsonNodes.Read(raw), "a PodDisruptionBudget");
        }
        catch (Exception e) when (e is UserException or JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}
