print("mainstay")
