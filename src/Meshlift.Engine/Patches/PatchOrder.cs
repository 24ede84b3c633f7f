using Meshlift.Core;

namespace Meshlift.Engine.Patches;

/// <summary>Finds out which name would have worked for a patch that does not work under the one it was given.</summary>
/// <param name="trial">Tries positions.</param>
/// <param name="task">What is to be saved.</param>
/// <param name="stack">The patches that there are.</param>
/// <param name="save">What the person asked for.</param>
internal sealed class PatchOrder(PatchTrial trial, PatchTask task, PatchStack stack, SaveRequest save)
{
    /// <summary>The error for a patch that does not work at its position.</summary>
    /// <param name="file">The file that it was to have.</param>
    /// <param name="position">Its position among the other patches.</param>
    /// <param name="why">Why it does not work there.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<UserException> ExplainAsync(string file, int position, string why, CancellationToken cancel)
    {
        var ends = save.RevisionOnly ? task.Others.Length : task.Others.Count(stack.ForAll.Contains);
        for (var later = position + 1; later <= task.Others.Length; later++)
        {
            if ((await trial.MakeAsync(task, file, later, cancel)).Why is not null) continue;
            var basis = task.Others[later - 1].Name;
            var message = $"the edit cannot be saved as {file}, because it builds on {basis}, which is applied after it; nothing was written";
            if (later > ends)
                return new UserException(ErrorKind.Refused, message, $"patches of a revision are applied after those for every revision, so make it one of them: meshlift patch save {OwnName(later)} --revision-only");
            var next = later < ends ? $" and before {Path.GetFileName(task.Others[later].Name)}" : "";
            return new UserException(
                ErrorKind.Refused, message,
                $"choose a name that comes after {Path.GetFileName(basis)}{await RemedyAsync(file, later, ends, next, cancel)}");
        }
        return new UserException(
            ErrorKind.Refused, $"the edit cannot be saved as {file}, at whatever place among the other patches: {why}; nothing was written",
            "save it before the patches that change the same lines, or put the edit into one of them: meshlift patch save NAME --overwrite");
    }

    /// <summary>An example of a name, tried at the place where it would be.</summary>
    private async Task<string> RemedyAsync(string file, int later, int ends, string next, CancellationToken cancel)
    {
        if (save.Name.After(Path.GetFileName(task.Others[ends - 1].Name)) is not { } last) return next;
        return later == ends || (await trial.MakeAsync(task, file, ends, cancel)).Why is null ? $", for example {last}" : next;
    }

    private string OwnName(int later) =>
        later > 0 && stack.Own.Contains(task.Others[later - 1]) && string.CompareOrdinal(save.Name.FileName, Path.GetFileName(task.Others[later - 1].Name)) < 0
            ? save.Name.After(Path.GetFileName(task.Others[later - 1].Name))?.Value ?? save.Name.Value
            : save.Name.Value;
}
