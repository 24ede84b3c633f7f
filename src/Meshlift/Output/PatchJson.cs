using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;
using Meshlift.Engine.Patches;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Output;

/// <summary>Patches and what became of them, for programs.</summary>
internal static class PatchJson
{
    /// <summary>A patch that was tried or applied.</summary>
    public static void Write(Utf8JsonWriter json, string cluster, PatchReport patch)
    {
        json.WriteStartObject();
        json.WriteString("path", patch.Name);
        json.WriteString("cluster", cluster);
        json.WriteString("outcome", PatchFitName.Of(patch.Outcome.Fit));
        Array(json, "files", patch.Files, (writer, file) => writer.WriteStringValue(file));
        Array(json, "offsets", patch.Offsets, (writer, offset) => Part(writer, offset.Path, offset.Hunk, offset.PatchLine, () =>
        {
            writer.WriteNumber("line", offset.Line);
            writer.WriteNumber("offset", offset.Offset);
        }));
        Array(json, "present", patch.Outcome.Present, (writer, part) => Part(writer, part.Path, part.Hunk, part.PatchLine, () => writer.WriteString("reason", part.Reason)));
        Array(json, "doubts", patch.Outcome.Doubts, (writer, doubt) => Part(writer, doubt.Path, doubt.Hunk, doubt.PatchLine, () =>
        {
            writer.WriteNumber("line", doubt.Line);
            Array(writer, "others", doubt.Others, (inner, line) => inner.WriteNumberValue(line));
        }));
        json.WriteStartArray("failures");
        if (patch.Outcome is PatchOutcome.Failed failed)
            foreach (var failure in failed.Failures)
                Part(json, failure.Path, failure.Hunk, failure.PatchLine, () => Failure(json, failure));
        if (patch.Outcome is PatchOutcome.Broken broken)
        {
            json.WriteStartObject();
            json.WriteString("reason", broken.Error.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A patch of a list.</summary>
    public static void Write(Utf8JsonWriter json, ListedPatch patch)
    {
        json.WriteStartObject();
        json.WriteString("path", patch.Name);
        json.WriteString("scope", patch.Revision is null ? "every-revision" : "revision");
        json.WriteString("cluster", patch.Cluster);
        json.WriteString("revision", patch.Revision);
        Array(json, "files", patch.Files, (writer, file) =>
        {
            writer.WriteStartObject();
            writer.WriteString("path", file.Path);
            writer.WriteString("change", PatchOutput.ChangeOf(file));
            writer.WriteNumber("hunks", file.Hunks.Length);
            writer.WriteEndObject();
        });
        json.WriteEndObject();
    }

    /// <summary>A patch that was saved, as members of an object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, SavedPatch patch)
    {
        json.WriteString("path", patch.Name);
        json.WriteString("scope", patch.RevisionOnly ? "revision" : "every-revision");
        json.WriteBoolean("replaced", patch.Replaced);
        json.WriteString("cluster", patch.Cluster);
        json.WriteString("revision", patch.Revision.Value);
        json.WriteString("version", patch.Version.ToString());
        Array(json, "files", patch.Files, (writer, file) =>
        {
            writer.WriteStartObject();
            writer.WriteString("path", file.Path);
            writer.WriteString("change", PatchOutput.NameOf(file.Change));
            writer.WriteNumber("hunks", file.Hunks);
            Array(writer, "places", file.Places, (inner, place) => inner.WriteStringValue(place));
            writer.WriteEndObject();
        });
        json.WriteBoolean("needsOverwrite", patch.NeedsOverwrite);
        Array(json, "inTheWay", patch.InTheWay, (writer, path) => writer.WriteStringValue(path));
        Write(json, patch.Findings);
    }

    /// <summary>The member <c>findings</c>.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<Finding> findings) => Array(json, "findings", findings, (writer, finding) =>
    {
        writer.WriteStartObject();
        writer.WriteString("code", finding.Code);
        writer.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
        writer.WriteString("message", finding.Message);
        writer.WriteString("subject", finding.Subject);
        writer.WriteEndObject();
    });

    private static void Failure(Utf8JsonWriter json, PatchFailure failure)
    {
        json.WriteString("reason", failure.Reason);
        if (failure.ExpectedLine is { } expected) json.WriteNumber("expectedLine", expected);
        if (failure.Nearest is not { } nearest) return;
        json.WriteNumber("line", nearest.Line);
        Array(json, "expected", nearest.Expected, (writer, line) => writer.WriteStringValue(line));
        Array(json, "actual", nearest.Actual, (writer, line) => writer.WriteStringValue(line));
    }

    private static void Part(Utf8JsonWriter json, string path, int? hunk, int patchLine, Action members)
    {
        json.WriteStartObject();
        json.WriteString("file", path);
        if (hunk is { } number) json.WriteNumber("hunk", number);
        else json.WriteNull("hunk");
        json.WriteNumber("patchLine", patchLine);
        members();
        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> item)
    {
        json.WriteStartArray(name);
        foreach (var one in items) item(json, one);
        json.WriteEndArray();
    }
}
