namespace Meshlift.Simulator.Clusters.Json;

/// <summary>Takes apart the simple paths of field selectors, scales and printer columns.</summary>
internal static class JsonSteps
{
    /// <summary>The steps of a path: <c>.spec.containers[0]['a.b']</c> has four.</summary>
    public static List<string> Of(string path)
    {
        var steps = new List<string>();
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '.') at++;
            else if (path[at] == '[')
            {
                var end = path.IndexOf(']', at);
                if (end < 0) end = path.Length;
                steps.Add(path[(at + 1)..end].Trim('\'', '"'));
                at = end + 1;
            }
            else
            {
                var start = at;
                while (at < path.Length && path[at] is not ('.' or '['))
                    at += path[at] == '\\' && at + 1 < path.Length ? 2 : 1;
                steps.Add(path[start..at].Replace("\\", "", StringComparison.Ordinal));
            }
        }
        return steps;
    }

    /// <summary>What a step asks of the item that it chooses: <c>?(@.type=="Ready")</c> asks Ready of type. Empty when it is no such step.</summary>
    public static (string Field, string Value) Choice(string step)
    {
        if (step is not ['?', '(', '@', '.', .. var rest, ')'] || rest.Split("==", 2) is not [var field, var value]) return ("", "");
        return (field.Trim(), value.Trim().Trim('\'', '"'));
    }
}
