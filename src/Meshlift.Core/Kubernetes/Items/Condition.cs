using System.Collections.Immutable;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>One of the conditions in a status.</summary>
/// <param name="Type">Such as <c>Ready</c> or <c>Progressing</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">One word for why; empty when there is none.</param>
public readonly record struct Condition(string Type, string Status, string Reason)
{
    /// <summary>Reads the value of <c>conditions</c>.</summary>
    internal static ImmutableArray<Condition> ReadAll(ref JsonCursor cursor, StringPool strings)
    {
        var conditions = ImmutableArray.CreateBuilder<Condition>(4);
        for (cursor.Enter(); cursor.NextElement();)
        {
            string type = "", status = "", reason = "";
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("type"u8)) type = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("status"u8)) status = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("reason"u8)) reason = cursor.Text(strings) ?? "";
                else cursor.Skip();
            }
            conditions.Add(new Condition(type, status, reason));
        }
        return conditions.DrainToImmutable();
    }

    /// <summary>Reads the value of <c>conditions</c> for one of them alone.</summary>
    /// <param name="cursor">Stands before it.</param>
    /// <param name="type">The type of the condition, in quotes.</param>
    internal static bool IsTrue(ref JsonCursor cursor, ReadOnlySpan<byte> type)
    {
        var found = false;
        for (cursor.Enter(); cursor.NextElement();)
        {
            bool isIt = false, isTrue = false;
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("type"u8)) isIt = cursor.Raw().SequenceEqual(type);
                else if (member.SequenceEqual("status"u8)) isTrue = cursor.Raw().SequenceEqual("\"True\""u8);
                else cursor.Skip();
            }
            found |= isIt && isTrue;
        }
        return found;
    }
}
